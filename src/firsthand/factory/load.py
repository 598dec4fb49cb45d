"""How full the work centres are: hours planned by hours open, stretch by stretch of time. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from firsthand.factory.calendars import Calendar
from firsthand.factory.plan import PlannedOperation
from firsthand.factory.problem import WorkCentre


class Load(NamedTuple):
    """Of a work centre, in one stretch of time."""

    planned: int  # seconds in which its machines are set up or run
    open: int  # seconds in which they work, all together

    @property
    def percent(self) -> float | None:
        """Planned by open; None while it is closed."""
        return 100 * self.planned / self.open if self.open else None


def load(
    centres: Iterable[WorkCentre], operations: Iterable[PlannedOperation], cuts: Sequence[int]
) -> Mapping[int, list[Load]]:
    """By work centre: its load from each cut to the next. Times are those of the problem.

    >>> from firsthand.factory.problem import Machine
    >>> day = Calendar(((0, 10), (20, 30)))
    >>> smt = WorkCentre(1, "smt", (Machine(1, day), Machine(2, day)))
    >>> load([smt], [PlannedOperation(1, 1, 1, 1, 5, 25)], [0, 20, 40])
    {1: [Load(planned=5, open=20), Load(planned=5, open=20)]}
    """
    calendars: dict[tuple[int, int], Calendar] = {}
    opened: dict[int, list[int]] = {}
    for centre in centres:
        sums = opened[centre.id] = [0] * (len(cuts) - 1)
        for machine in centre.machines:
            calendars[centre.id, machine.number] = machine.calendar
            for number in range(len(cuts) - 1):
                sums[number] += machine.calendar.worked(cuts[number], cuts[number + 1])
    planned = {centre_id: [0] * (len(cuts) - 1) for centre_id in opened}
    for one in operations:
        calendar = calendars.get((one.work_centre_id, one.machine))
        if calendar is None:
            continue  # the machine is gone since
        number = max(0, bisect_right(cuts, one.start) - 1)
        while number < len(cuts) - 1 and cuts[number] < one.end:
            begins, ends = max(one.start, cuts[number]), min(one.end, cuts[number + 1])
            planned[one.work_centre_id][number] += calendar.worked(begins, max(begins, ends))
            number += 1
    return {
        centre_id: [Load(*both) for both in zip(planned[centre_id], opened[centre_id], strict=True)]
        for centre_id in opened
    }
