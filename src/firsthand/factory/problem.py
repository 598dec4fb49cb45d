"""The problem, in the field's words: lots, operations, machines, shifts. Pure.

This is one side of the seam: ``problem → solver → plan``. A problem holds all that a solver
may know, and nothing of the database; whoever can solve it may take the dispatcher's place.

Times are whole seconds since the problem begins (``begins_at``). An operation pauses when
its shift ends and goes on, on the same machine, when the next one begins. What is wrong with
a problem is said in a sentence when it is made, since a plan of nonsense is worse than none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from graphlib import CycleError, TopologicalSorter

from firsthand.factory.calendars import HOUR, Calendar
from firsthand.factory.impossible import Impossible

SECONDS_MAX = 10 * 366 * 86_400  # ten years: whatever is longer is a slip of the pen


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine of a work centre: when it works, and what it was set up for last."""

    number: int  # 1, 2, 3 … within its work centre
    calendar: Calendar
    family: str = ""  # of what it made last; empty: nobody knows, so it must be set up

    def __post_init__(self) -> None:
        if self.number < 1:
            raise Impossible(
                "a machine has the number {number}; they count from 1", number=self.number
            )


@dataclass(frozen=True, slots=True)
class WorkCentre:
    """Machines of one kind, side by side: any of them can do the centre's operations."""

    id: int
    code: str
    machines: tuple[Machine, ...]

    def __post_init__(self) -> None:
        if not self.machines:
            raise Impossible("work centre {code} has no machine", code=self.code)
        numbers = [machine.number for machine in self.machines]
        if len(set(numbers)) < len(numbers):
            raise Impossible("work centre {code} has two machines of one number", code=self.code)

    def machine(self, number: int) -> Machine | None:
        """The machine of that number, if there is one."""
        return next((one for one in self.machines if one.number == number), None)


@dataclass(frozen=True, slots=True)
class Begun:
    """An operation that runs already: it stays on its machine until it ends."""

    machine: int
    start: int  # nought or before
    end: int  # after nought
    setup_seconds: int = 0

    def __post_init__(self) -> None:
        if not self.start <= 0 < self.end:
            raise Impossible(
                "what began at {start} s and ends at {end} s does not run now",
                start=self.start,
                end=self.end,
            )


@dataclass(frozen=True, slots=True)
class Operation:
    """A step in the making of a lot.

    The machine must be set up when what it made last was of another FAMILY; an operation
    without a family is a family of its own.
    """

    id: int  # once in its lot
    work_centre_id: int
    run_seconds: int  # for the whole lot
    setup_seconds: int = 0
    family: str = ""
    after: tuple[int, ...] = ()  # operations of its lot that end before it begins
    begun: Begun | None = None
    name: str = ""  # what people call it

    def __str__(self) -> str:
        return self.name or str(self.id)

    def __post_init__(self) -> None:
        if not 1 <= self.run_seconds <= SECONDS_MAX:
            raise Impossible(
                "operation {operation} runs for {seconds} s; it takes at least one and at most"
                " {most}",
                operation=self,
                seconds=self.run_seconds,
                most=SECONDS_MAX,
            )
        if not 0 <= self.setup_seconds <= SECONDS_MAX:
            raise Impossible(
                "operation {operation} is set up in {seconds} s",
                operation=self,
                seconds=self.setup_seconds,
            )


@dataclass(frozen=True, slots=True)
class Lot:
    """So many pieces that are made together: not before RELEASE, if possible by DUE."""

    id: int
    name: str
    release: int
    due: int
    operations: tuple[Operation, ...]
    weight: int = 1  # how much its lateness counts, to a solver that weighs

    def __post_init__(self) -> None:
        if not self.operations:
            raise Impossible("lot {lot} has no operation: nothing would make it", lot=self.name)
        if self.weight < 0:
            raise Impossible("lot {lot} weighs {weight}", lot=self.name, weight=self.weight)
        known = {operation.id for operation in self.operations}
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
            if operation.begun and self.release > 0:
                raise Impossible(
                    "operation {operation} of lot {lot} runs already, but the lot is released"
                    " only in {seconds} s",
                    operation=operation,
                    lot=self.name,
                    seconds=self.release,
                )
            if operation.begun and operation.after:
                raise Impossible(
                    "operation {operation} of lot {lot} has begun before {before}, which must end"
                    " first",
                    operation=operation,
                    lot=self.name,
                    before=list(operation.after),
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

    def __post_init__(self) -> None:
        if self.begins_at.tzinfo is None:
            raise Impossible("a problem begins at an instant, and an instant has a time zone")
        centres = {centre.id: centre for centre in self.work_centres}
        if len(centres) < len(self.work_centres):
            raise Impossible("a work centre stands in the problem twice")
        if len({lot.id for lot in self.lots}) < len(self.lots):
            raise Impossible("a lot stands in the problem twice")
        for lot in self.lots:
            for operation in lot.operations:
                _check_place(lot, operation, centres)
        self._check_begun(centres)

    def _check_begun(self, centres: Mapping[int, WorkCentre]) -> None:
        running: set[tuple[int, int]] = set()
        for lot in self.lots:
            for operation in lot.operations:
                if operation.begun is None:
                    continue
                place = (operation.work_centre_id, operation.begun.machine)
                if place in running:
                    code = centres[operation.work_centre_id].code
                    raise Impossible(
                        "machine {machine} of {code} runs two operations at once",
                        machine=place[1],
                        code=code,
                    )
                running.add(place)

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
    if operation.begun and centre.machine(operation.begun.machine) is None:
        raise Impossible(
            "operation {operation} of lot {lot} runs on machine {machine} of {code}, which does"
            " not exist",
            operation=operation,
            lot=lot.name,
            machine=operation.begun.machine,
            code=centre.code,
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
