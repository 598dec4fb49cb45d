"""The problem, in the field's words: lots, operations, machines, shifts. Pure.

This is one side of the seam: ``problem → solver → plan``. A problem holds all that a solver
may know, and nothing of the database; whoever can solve it may take the dispatcher's place.

Times are whole seconds since the problem begins (``begins_at``). An operation pauses when
its shift ends and goes on, on the same machine, when the next one begins. What is wrong with
a problem is said in a sentence when it is made, since a plan of nonsense is worse than none.

How long a machine is set up depends on what it made before (``WorkCentre.setup_seconds``). It
may be set up before the lot is there: only the run waits for the lot.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import NamedTuple

from firsthand.factory.calendars import HOUR, Calendar
from firsthand.factory.impossible import Impossible
from firsthand.factory.objective import DEFAULT, Objective

SECONDS_MAX = 10 * 366 * 86_400  # ten years: whatever is longer is a slip of the pen


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine of a work centre: when it works, and what it was set up for last."""

    number: int  # 1, 2, 3 … within its work centre
    calendar: Calendar
    family: str = ""  # of what it made last; empty: nobody knows, so it must be set up
    part: str = ""  # what it made last, within the family

    def __post_init__(self) -> None:
        if self.number < 1:
            raise Impossible(
                "a machine has the number {number}; they count from 1", number=self.number
            )


@dataclass(frozen=True, slots=True)
class WorkCentre:
    """Machines of one kind, side by side: what any of them can do, if nothing else is said."""

    id: int
    code: str
    machines: tuple[Machine, ...]
    kind: str = ""  # centres of one kind are run by one rule
    plant_id: int = 0
    minor_setup_seconds: int = 0  # from one part to another of its family
    changeovers: Mapping[tuple[str, str], int] = field(default_factory=dict)  # between families

    def __post_init__(self) -> None:
        if not self.machines:
            raise Impossible("work centre {code} has no machine", code=self.code)
        numbers = [machine.number for machine in self.machines]
        if len(set(numbers)) < len(numbers):
            raise Impossible("work centre {code} has two machines of one number", code=self.code)
        for seconds in (self.minor_setup_seconds, *self.changeovers.values()):
            if not 0 <= seconds <= SECONDS_MAX:
                raise Impossible(
                    "work centre {code} is set up in {seconds} s", code=self.code, seconds=seconds
                )

    def machine(self, number: int) -> Machine | None:
        """The machine of that number, if there is one."""
        return next((one for one in self.machines if one.number == number), None)

    def setup_seconds(self, family: str, part: str, operation: "Operation") -> int:
        """How long a machine of this centre is set up that made PART of FAMILY before.

        Another family: as the changeovers say, or else as the operation does. Another part of
        the same family: the minor setup. The same part: nothing. Where a family is not known,
        the operation's own time; where a part is not known, it is taken to be the same.
        """
        if not operation.family or operation.family != family:
            return self.changeovers.get((family, operation.family), operation.setup_seconds)
        if not part or not operation.part or part == operation.part:
            return 0
        return self.minor_setup_seconds


@dataclass(frozen=True, slots=True)
class Pool:
    """So many of a tool, or people of a skill, that operations share."""

    id: int
    code: str
    quantity: int

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise Impossible("of {code} there is none", code=self.code)


class Mode(NamedTuple):
    """A machine that can do an operation, and how long it runs there."""

    work_centre_id: int
    machine: int
    run_seconds: int  # for the whole lot


@dataclass(frozen=True, slots=True)
class Fixed:
    """Where an operation stays, come what may: it runs already, or it is behind the fence."""

    work_centre_id: int
    machine: int
    start: int  # before nought if it runs already
    end: int  # after nought
    setup_seconds: int = 0

    def __post_init__(self) -> None:
        if not (self.start < self.end and self.end > 0):
            raise Impossible(
                "what is fixed from {start} s to {end} s neither runs now nor will",
                start=self.start,
                end=self.end,
            )

    @property
    def runs(self) -> bool:
        """Whether it has begun."""
        return self.start <= 0


@dataclass(frozen=True, slots=True)
class Operation:
    """A step in the making of a lot.

    The machine must be set up when what it made last was another part, or of another FAMILY;
    an operation without a family is a family of its own.
    """

    id: int  # once in its lot
    work_centre_id: int
    run_seconds: int  # for the whole lot, on any machine of its work centre
    setup_seconds: int = 0
    family: str = ""
    after: tuple[int, ...] = ()  # operations of its lot that end before its run begins
    fixed: Fixed | None = None
    name: str = ""  # what people call it
    part: str = ""  # what it makes
    modes: tuple[Mode, ...] = ()  # if given: just these machines, all of one plant
    lags: tuple[int, ...] = ()  # seconds on the way from each of AFTER; none: they stand together
    pools: tuple[int, ...] = ()  # one of each is taken while it is set up and runs
    not_before: int = 0  # its run

    def __str__(self) -> str:
        return self.name or str(self.id)

    def __post_init__(self) -> None:
        for seconds in (self.run_seconds, *(mode.run_seconds for mode in self.modes)):
            if not 1 <= seconds <= SECONDS_MAX:
                raise Impossible(
                    "operation {operation} runs for {seconds} s; it takes at least one and at"
                    " most {most}",
                    operation=self,
                    seconds=seconds,
                    most=SECONDS_MAX,
                )
        if not 0 <= self.setup_seconds <= SECONDS_MAX:
            raise Impossible(
                "operation {operation} is set up in {seconds} s",
                operation=self,
                seconds=self.setup_seconds,
            )
        if self.lags and (len(self.lags) != len(self.after) or min(self.lags) < 0):
            raise Impossible(
                "the ways to operation {operation} are not as many as its forerunners, or take"
                " less than no time",
                operation=self,
            )
        if len({mode[:2] for mode in self.modes}) < len(self.modes):
            raise Impossible("operation {operation} names a machine twice", operation=self)

    @property
    def forerunners(self) -> tuple[tuple[int, int], ...]:
        """What must have ended, and how many seconds before the run begins."""
        return tuple(zip(self.after, self.lags or (0,) * len(self.after), strict=True))

    def choices(self, centres: Mapping[int, WorkCentre]) -> tuple[Mode, ...]:
        """The machines that can do it, by work centre and number as they were given."""
        if self.modes:
            return self.modes
        here = centres[self.work_centre_id]
        return tuple(Mode(here.id, one.number, self.run_seconds) for one in here.machines)


class Need(NamedTuple):
    """A lot takes what another one makes: its first operations wait for that one's end."""

    lot_id: int
    lag_seconds: int = 0


class Place(NamedTuple):
    """Where an operation stood in the plan before."""

    work_centre_id: int
    machine: int
    start: int


@dataclass(frozen=True, slots=True)
class Lot:
    """So many pieces that are made together: not before RELEASE, if possible by DUE."""

    id: int
    name: str
    release: int
    due: int
    operations: tuple[Operation, ...]
    weight: int = 1  # how much its lateness counts, to a solver that weighs
    needs: tuple[Need, ...] = ()

    def __post_init__(self) -> None:
        if not self.operations:
            raise Impossible("lot {lot} has no operation: nothing would make it", lot=self.name)
        if self.weight < 0:
            raise Impossible("lot {lot} weighs {weight}", lot=self.name, weight=self.weight)
        known = {operation.id for operation in self.operations}
        fixed = {operation.id: operation.fixed for operation in self.operations}
        if len(known) < len(self.operations):
            raise Impossible("lot {lot} has an operation twice", lot=self.name)
        for operation in self.operations:
            strange = [one for one in operation.after if one not in known]
            if strange:
                raise Impossible(
                    "operation {operation} of lot {lot} comes after {before}, which the lot does"
                    " not have",
                    operation=operation,
                    lot=self.name,
                    before=strange,
                )
            if operation.fixed and operation.fixed.runs and self.release > 0:
                raise Impossible(
                    "operation {operation} of lot {lot} runs already, but the lot is released"
                    " only in {seconds} s",
                    operation=operation,
                    lot=self.name,
                    seconds=self.release,
                )
            if operation.fixed:
                loose = [one for one in operation.after if not fixed[one]]
                if loose:
                    raise Impossible(
                        "operation {operation} of lot {lot} is fixed, but {before}, which must"
                        " end first, is not",
                        operation=operation,
                        lot=self.name,
                        before=loose,
                    )
        self.in_order()

    def in_order(self) -> tuple[Operation, ...]:
        """The operations, none before those that it comes after."""
        by_id = {operation.id: operation for operation in self.operations}
        try:
            ids = list(
                TopologicalSorter({one.id: one.after for one in self.operations}).static_order()
            )
        except CycleError as fault:
            path = " → ".join(str(one) for one in fault.args[1])
            raise Impossible(
                "the operations of lot {lot} wait for one another: {path}",
                lot=self.name,
                path=path,
            ) from None
        return tuple(by_id[one] for one in ids)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be made, and with what. Checked as a whole when it is made."""

    begins_at: datetime
    work_centres: tuple[WorkCentre, ...]
    lots: tuple[Lot, ...]
    pools: tuple[Pool, ...] = ()
    objective: Objective = DEFAULT
    previous: Mapping[tuple[int, int], Place] = field(default_factory=dict)  # by lot, operation

    def __post_init__(self) -> None:
        if self.begins_at.tzinfo is None:
            raise Impossible("a problem begins at an instant, and an instant has a time zone")
        centres = {centre.id: centre for centre in self.work_centres}
        if len(centres) < len(self.work_centres):
            raise Impossible("a work centre stands in the problem twice")
        if len({lot.id for lot in self.lots}) < len(self.lots):
            raise Impossible("a lot stands in the problem twice")
        pools = {pool.id for pool in self.pools}
        for lot in self.lots:
            for operation in lot.operations:
                _check_place(lot, operation, centres)
                strange = [one for one in operation.pools if one not in pools]
                if strange or len(set(operation.pools)) < len(operation.pools):
                    raise Impossible(
                        "operation {operation} of lot {lot} needs tools {pools}: they are not"
                        " there, or named twice",
                        operation=operation,
                        lot=lot.name,
                        pools=list(operation.pools),
                    )
        self._check_fixed(centres)
        self._check_needs()

    def _check_fixed(self, centres: Mapping[int, WorkCentre]) -> None:
        taken: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for lot in self.lots:
            for operation in lot.operations:
                if operation.fixed is not None:
                    where = (operation.fixed.work_centre_id, operation.fixed.machine)
                    taken.setdefault(where, []).append((operation.fixed.start, operation.fixed.end))
        for (centre_id, number), times in taken.items():
            times.sort()
            if any(later[0] < earlier[1] for earlier, later in pairwise(times)):
                raise Impossible(
                    "machine {machine} of {code} runs two operations at once",
                    machine=number,
                    code=centres[centre_id].code,
                )

    def _check_needs(self) -> None:
        names = {lot.id: lot.name for lot in self.lots}
        for lot in self.lots:
            strange = [one.lot_id for one in lot.needs if one.lot_id not in names]
            if strange:
                raise Impossible(
                    "lot {lot} waits for lots {before}, which nobody makes",
                    lot=lot.name,
                    before=strange,
                )
        graph = {lot.id: [one.lot_id for one in lot.needs] for lot in self.lots}
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as fault:
            path = " → ".join(names[one] for one in reversed(fault.args[1]))
            raise Impossible("lots wait for one another: {path}", path=path) from None

    @property
    def centres(self) -> dict[int, WorkCentre]:
        """The work centres, by id."""
        return {centre.id: centre for centre in self.work_centres}

    def instant(self, seconds: int) -> datetime:
        """The instant that a time of the problem names."""
        return self.begins_at + timedelta(seconds=seconds)

    def seconds(self, instant: datetime) -> int:
        """An instant as a time of the problem, rounded down to the second."""
        return (instant - self.begins_at) // timedelta(seconds=1)


def _check_place(lot: Lot, operation: Operation, centres: Mapping[int, WorkCentre]) -> None:
    centre = centres.get(operation.work_centre_id)
    if centre is None:
        raise Impossible(
            "operation {operation} of lot {lot} wants work centre {id}, which does not exist:"
            " there is no machine for it",
            operation=operation,
            lot=lot.name,
            id=operation.work_centre_id,
        )
    places = [mode[:2] for mode in operation.modes]
    if operation.fixed:
        places.append((operation.fixed.work_centre_id, operation.fixed.machine))
    for centre_id, number in places:
        other = centres.get(centre_id)
        if other is None or other.machine(number) is None:
            raise Impossible(
                "operation {operation} of lot {lot} runs on machine {machine} of {code}, which"
                " does not exist",
                operation=operation,
                lot=lot.name,
                machine=number,
                code=other.code if other else centre_id,
            )
        if other.plant_id != centre.plant_id:
            raise Impossible(
                "operation {operation} of lot {lot} has machines in two plants",
                operation=operation,
                lot=lot.name,
            )
    if all(machine.calendar.closes <= 0 for machine in centre.machines):
        raise Impossible(
            "the machines of {code} never work again, but lot {lot} needs one",
            code=centre.code,
            lot=lot.name,
        )


def too_much(problem: Problem) -> Iterator[Impossible]:
    """Where there is more work than open hours in the calendars: a reason a work centre.

    It says why a problem has no plan better than the calendar's end that a solver runs into.
    """
    needed: dict[int, int] = {}
    for lot in problem.lots:
        for operation in lot.operations:
            needed[operation.work_centre_id] = (
                needed.get(operation.work_centre_id, 0) + operation.run_seconds
            )
    for centre in problem.work_centres:
        open_seconds = sum(
            machine.calendar.worked(0, machine.calendar.closes) for machine in centre.machines
        )
        if needed.get(centre.id, 0) > open_seconds:
            yield Impossible(
                "work centre {code} is open for {open} machine hours in the horizon, but {asked}"
                " hours of work are asked of it",
                code=centre.code,
                open=open_seconds // HOUR,
                asked=needed[centre.id] // HOUR,
            )
