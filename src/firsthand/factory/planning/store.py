"""The statements of planning, as functions."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from math import isfinite
from typing import Any, NamedTuple

from firsthand.factory.planning.making import Dates
from firsthand.factory.problem import Problem
from firsthand.kit.sql import Queries

RUNS_KEPT = 200

_SQL = Queries(__package__)


def policy_in_force() -> dict[str, Any]:
    """The rule by which the floor is run, as the plan in force has it; {} if it has none."""
    rows = _SQL.rows("policy_in_force")
    return rows[0][0] if rows else {}


def write_dates(plan_id: int, problem: Problem, dates: Mapping[int, Dates]) -> None:
    """Write when each lot is done by a plan, and when that is likely and safe."""
    if dates:
        _SQL.change(
            "write_dates",
            plan_id=plan_id,
            work_order_ids=list(dates),
            done=[problem.instant(one.done) for one in dates.values()],
            likely=[problem.instant(one.likely) for one in dates.values()],
            safe=[problem.instant(one.safe) for one in dates.values()],
        )


class Claimed(NamedTuple):
    """A run that was begun. If its worker is taken for dead, RESTARTS is no longer the same."""

    id: int
    restarts: int
    solver: str
    seed: int
    seconds: float
    reason: str
    question: dict[str, Any]


def claim(now: datetime) -> Claimed | None:
    """Begin the run that was asked for first; None if there is none, or one is under way."""
    row = _SQL.row("claim", now=now)
    return Claimed(*row) if row else None


class Heard(NamedTuple):
    """What a run hears when it says that it lives."""

    stop: bool
    keep: bool


def beat(run: Claimed, *, now: datetime, share: float, cost: float | None, says: str) -> Heard:
    """A run lives, and is so far. It shall stop, too, when it is no longer its worker's."""
    row = _SQL.row(
        "beat",
        id=run.id,
        restarts=run.restarts,
        now=now,
        percent=100 * min(max(share, 0.0), 1.0),
        cost=cost if cost is not None and isfinite(cost) else None,  # none was found yet
        says=says[:300],
    )
    return Heard(*row) if row else Heard(stop=True, keep=False)


def hold(run: Claimed) -> bool:
    """Lock a run that is still its worker's until the end of the transaction; or False."""
    return bool(_SQL.rows("hold", id=run.id, restarts=run.restarts))


def bury(now: datetime, silence: timedelta, restarts: int) -> list[tuple[int, str]]:
    """Runs whose worker is gone wait again, or have failed; their ids and new states."""
    rows = _SQL.rows("bury", now=now, before=now - silence, most=restarts)
    return [(run_id, state) for run_id, state in rows]


def waits() -> bool:
    """Whether a run waits, none is under way, and no job in the queue will take it up."""
    [(found,)] = _SQL.rows("waits")
    return bool(found)


def forget_runs() -> int:
    """Runs before the newest few."""
    return _SQL.change("forget_runs", keep=RUNS_KEPT)


def late_finishes(work_order_ids: Collection[int]) -> list[int]:
    """Those of these work orders that were finished later than was safe, by the plan in force."""
    rows = _SQL.rows("late_finishes", ids=sorted(work_order_ids))
    return [work_order_id for (work_order_id,) in rows]


def ended_by_itself() -> datetime | None:
    """When the last run was over, or asked for, that the house began by itself."""
    [(found,)] = _SQL.rows("ended_by_itself")
    return found  # type: ignore[no-any-return]
