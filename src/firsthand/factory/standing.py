"""How far each lot is: what is done, what runs, and what is left to be made. Pure.

A plant whose floor *reports* is believed: what was finished is done, what was begun runs. Its
end is reckoned from its start; when that has passed already, it is taken to come soon. A plant
whose floor reports nothing is taken to follow the plan in force: what the plan says has ended
is done, what it says runs now goes on.

A machine that is broken now has stopped what ran on it: only what was left of the run, when it
broke, is planned anew, on whichever machine can do it, and is set up there anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from firsthand.factory import bom
from firsthand.factory.calendars import HOUR
from firsthand.factory.capacity import MINUTE, Capacity, Choice, Place
from firsthand.factory.impossible import Impossible
from firsthand.factory.problem import Fixed, Mode, Operation
from firsthand.factory.recipes import Recipe
from firsthand.factory.tables import WHOLE_BP, Order, PinRow, Reported, Routed, Run

OVERRUN_PERCENT = 10  # of its run: what an operation that overran is taken to need still
OVERRUN_SECONDS = 300  # at least


@dataclass(slots=True)
class Draft:
    """A lot in the making of a problem."""

    order: Order
    recipe: Recipe
    runs: Mapping[int, Run]  # as the plan in force has them, by operation
    pieces: dict[int, int]  # by part
    done: dict[int, int] = field(default_factory=dict)  # by operation: when it ended
    fixed: dict[int, Fixed] = field(default_factory=dict)
    left: dict[int, int] = field(default_factory=dict)  # basis points, where the run is not whole
    stopped: dict[Place, Routed] = field(default_factory=dict)  # what a breakdown took off there
    held: set[int] = field(default_factory=set)  # what the plan began, but a breakdown did not let
    operations: dict[int, Operation] = field(default_factory=dict)  # what is left

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return len(self.done) == len(self.recipe.steps)

    @property
    def has_begun(self) -> bool:
        """Whether something of it runs, or has run."""
        return bool(self.done or self.fixed or self.stopped)


class Floor:
    """What stands on which machine at an instant, lot after lot."""

    def __init__(self, capacity: Capacity) -> None:
        self._capacity, self._now = capacity, capacity.begins_at
        self.busy: set[Place] = set()

    def draft(
        self,
        order: Order,
        recipe: Recipe,
        runs: Mapping[int, Run],
        reported: Mapping[int, Reported],
    ) -> Draft:
        """How far an order is."""
        if not recipe.steps:
            raise Impossible(
                "work order {number} makes a part that has no routing", number=order.number
            )
        pieces = bom.explode(recipe.lines, {order.part_id: order.quantity})
        found = Draft(order, recipe, runs, pieces)
        ended: dict[int, int] = {}
        for step in recipe.steps:
            if self._capacity.plant(step).reports_progress:
                self._as_reported(found, step, reported.get(step.id), ended)
            else:
                self._as_planned(found, step, runs.get(step.id), ended)
        _close(found, ended)
        return found

    # --- a floor that reports --------------------------------------------------------------

    def _as_reported(
        self, draft: Draft, step: Routed, report: Reported | None, ended: dict[int, int]
    ) -> None:
        if report is None:
            run = draft.runs.get(step.id)
            self._keep_left(draft, step, run)
            return
        if report.finished_at is not None:
            ended[step.id] = min(0, self._seconds(report.finished_at))
            # Whatever was spoilt here goes no further.
            good = max(1, min(draft.pieces[step.part_id], report.good))
            draft.pieces[step.part_id] = good
            return
        place = (report.work_centre_id, report.machine)
        choice = self._choice(step, place)
        run = draft.runs.get(step.id)
        same = run is not None and (run.work_centre_id, run.machine) == place
        setup = run.setup_minutes * MINUTE if run is not None and same else 0
        whole = choice.seconds(draft.pieces[step.part_id])
        work = setup + whole
        since = min(report.started_at, self._now)
        broke = self._capacity.broke_at(place)
        if place not in self._capacity.calendars or broke is not None or place in self.busy:
            worked = self._worked(place, since, broke or self._now)
            self._stop(draft, step, place, left=work - worked, whole=whole)
            return
        end = self._ends(place, since, work)
        if end <= 0:
            calendar = self._capacity.calendars[place]
            soon = max(OVERRUN_SECONDS, whole * OVERRUN_PERCENT // 100)
            end = calendar.ends(calendar.next_open(0) or 0, soon)
        self._go_on(draft, step, place, self._seconds(since), end, setup)

    # --- a floor that follows the plan -----------------------------------------------------

    def _as_planned(
        self, draft: Draft, step: Routed, run: Run | None, ended: dict[int, int]
    ) -> None:
        if run is None or run.starts_at > self._now:
            self._keep_left(draft, step, run)
            return
        place = (run.work_centre_id, run.machine)
        broke = self._capacity.broke_at(place)
        if not draft.held.isdisjoint(draft.recipe.after[step.id]):
            draft.held.add(step.id)  # what comes before it has been stopped
            self._keep_left(draft, step, run)
            return
        if run.ends_at <= (self._now if broke is None else min(broke, self._now)):
            ended[step.id] = self._seconds(run.ends_at)
            return
        if broke is not None:
            draft.held.add(step.id)
            self._keep_left(draft, step, run)
        if broke is not None and run.starts_at >= broke:
            return  # it never began
        # Whoever takes a machine out of a centre, or a step to another one, while it runs, has
        # stopped it: it is planned anew.
        choice = self._choice(step, place)
        known = any(one[:2] == place for one in self._possible(step))
        if broke is None and (not known or place in self.busy):
            draft.stopped[place] = step
            return
        whole = choice.seconds(draft.pieces[step.part_id])
        if broke is not None:
            clock = self._capacity.clock(place, run.starts_at, but=broke)
            span = (broke - run.starts_at, run.ends_at - run.starts_at)
            left = clock.worked(*(one // timedelta(seconds=1) for one in span)) if clock else whole
            self._stop(draft, step, place, left=left, whole=whole)
            return
        end = -((self._now - run.ends_at) // timedelta(seconds=1))
        setup = run.setup_minutes * MINUTE
        if self._capacity.stood_still(place, run.starts_at, run.ends_at):
            whole = whole * run.left_bp // WHOLE_BP
            end = max(end, self._ends(place, run.starts_at, setup + whole))
        self._go_on(draft, step, place, self._seconds(run.starts_at), end, setup)

    # --- both ------------------------------------------------------------------------------

    def _go_on(
        self, draft: Draft, step: Routed, place: Place, start: int, end: int, setup: int
    ) -> None:
        self.busy.add(place)
        draft.left.pop(step.id, None)
        draft.fixed[step.id] = Fixed(*place, start=min(0, start), end=end, setup_seconds=setup)

    def _stop(self, draft: Draft, step: Routed, place: Place, *, left: int, whole: int) -> None:
        least = WHOLE_BP * OVERRUN_PERCENT // 100 if left <= 0 else 1
        share = max(least, -(-WHOLE_BP * left // whole))
        draft.left[step.id] = min(draft.left.get(step.id, WHOLE_BP), share)
        draft.stopped[place] = step

    def _keep_left(self, draft: Draft, step: Routed, run: Run | None) -> None:
        if run is not None and run.left_bp < WHOLE_BP:
            draft.left[step.id] = run.left_bp

    def _choice(self, step: Routed, place: Place) -> Choice:
        for one in self._possible(step):
            if one[:2] == place:
                return one
        speed = self._capacity.speed_percent(place)  # it is done where nobody thought of
        return Choice(*place, step.run_seconds, speed)

    def _possible(self, step: Routed) -> tuple[Choice, ...]:
        try:
            return self._capacity.choices(step)
        except Impossible:
            return ()  # nothing can do it any more; whether it ran is another question

    def _worked(self, place: Place, since: datetime, until: datetime) -> int:
        clock = self._capacity.clock(place, since)
        return clock.worked(0, (until - since) // timedelta(seconds=1)) if clock else 0

    def _ends(self, place: Place, since: datetime, work: int) -> int:
        """When work that began at an instant of the past ends; after all, nought."""
        clock = self._capacity.clock(place, since)
        opens = clock.next_open(0) if clock else None
        if clock is None or opens is None:
            return 0
        passed = (self._now - since) // timedelta(seconds=1)
        return clock.ends(opens, work) - passed

    def _seconds(self, instant: datetime) -> int:
        return (instant - self._now) // timedelta(seconds=1)


def _close(draft: Draft, ended: dict[int, int]) -> None:
    """What has ended, and all that must have ended before it: steps may have been put in since.

    A follower of something that still runs does not end before it.
    """
    after = draft.recipe.after
    waiting = [*ended, *(one for started in draft.fixed for one in after[started])]
    waiting += [one for step in draft.stopped.values() for one in after[step.id]]
    while waiting:
        one = waiting.pop()
        if one not in draft.done and one not in draft.fixed:
            draft.done[one] = ended.get(one, 0)
            waiting.extend(after[one])
    for one in draft.done:
        draft.left.pop(one, None)
    if len(draft.fixed) > 1:
        for step in draft.recipe.steps:
            own = draft.fixed.get(step.id)
            end = max(
                (draft.fixed[one].end for one in after[step.id] if one in draft.fixed), default=0
            )
            if own is not None and own.end < end:
                draft.fixed[step.id] = replace(own, end=end)


def write_operations(
    draft: Draft, capacity: Capacity, pins: Mapping[int, PinRow]
) -> list[tuple[Routed, Impossible]]:
    """What is left of a lot, as operations; with pins that cannot be kept, and why.

    Raises ``Impossible`` when no machine can do one of them.
    """
    steps = {step.id: step for step in draft.recipe.steps}
    ignored = []
    for step in draft.recipe.steps:
        if step.id in draft.done:
            continue
        pieces, left = draft.pieces[step.part_id], draft.left.get(step.id, WHOLE_BP)
        fixed = draft.fixed.get(step.id)
        choices = () if fixed or capacity.is_plain(step) else capacity.choices(step)
        not_before = 0
        pin = pins.get(step.id)
        if pin is not None and fixed is None:
            place = (pin.work_centre_id, pin.machine)
            pinned = tuple(one for one in capacity.choices(step) if one[:2] == place)
            if pinned:
                choices = pinned
                span = pin.not_before - capacity.begins_at
                not_before = max(0, -(-span // timedelta(seconds=1)))
            else:
                ignored.append((step, _no_such_place(place, capacity)))
        if fixed is None:
            _check_length(draft, step, choices or capacity.choices(step), capacity)
        before = draft.recipe.after[step.id]
        for one in before:
            if one in draft.done and (way := capacity.way(steps[one], step)):
                not_before = max(not_before, draft.done[one] + way)
        open_before = tuple(one for one in before if one not in draft.done)
        lags = tuple(capacity.way(steps[one], step) for one in open_before)
        draft.operations[step.id] = Operation(
            id=step.id,
            name=step.name,
            part=step.part_code,
            work_centre_id=fixed.work_centre_id if fixed else _home(step, choices),
            run_seconds=_part_of(step.run_seconds * pieces, left),
            setup_seconds=step.setup_minutes * MINUTE,
            family=step.family,
            after=open_before,
            lags=lags if any(lags) else (),
            modes=tuple(Mode(*one[:2], _part_of(one.seconds(pieces), left)) for one in choices),
            pools=capacity.tools(step),
            not_before=not_before,
            fixed=fixed,
        )
    return ignored


def _check_length(
    draft: Draft, step: Routed, choices: tuple[Choice, ...], capacity: Capacity
) -> None:
    # What is longer than any machine works would make the whole plan impossible.
    pieces, left = draft.pieces[step.part_id], draft.left.get(step.id, WHOLE_BP)
    if all(_part_of(one.seconds(pieces), left) > capacity.open_seconds[one[:2]] for one in choices):
        raise Impossible(
            "operation {operation} takes {hours} hours for {pieces} pieces: longer than any of its"
            " machines works in the horizon",
            operation=step.name,
            hours=min(one.seconds(pieces) for one in choices) // HOUR,
            pieces=pieces,
        )


def _home(step: Routed, choices: tuple[Choice, ...]) -> int:
    # Its own centre, or one that does it: its own may be shut for good.
    if not choices or any(one.work_centre_id == step.work_centre_id for one in choices):
        return step.work_centre_id
    return choices[0].work_centre_id


def _part_of(seconds: int, left_bp: int) -> int:
    return seconds if left_bp == WHOLE_BP else max(1, -(-seconds * left_bp // WHOLE_BP))


def _no_such_place(place: Place, capacity: Capacity) -> Impossible:
    centre = capacity.centres.get(place[0])
    return Impossible(
        "machine {machine} of {code} cannot do it, or does not work",
        machine=place[1],
        code=centre.code if centre else place[0],
    )
