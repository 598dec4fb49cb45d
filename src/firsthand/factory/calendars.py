"""When a machine works: windows in whole seconds, counted in both directions. Pure."""

from bisect import bisect_right
from dataclasses import dataclass, field

from firsthand.factory.impossible import Impossible

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a machine works: windows that open and close, in order, apart from one another."""

    windows: tuple[tuple[int, int], ...]
    _opens: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _worked: tuple[int, ...] = field(init=False, repr=False, compare=False)  # before each window

    def __post_init__(self) -> None:
        if not self.windows:
            raise Impossible("a calendar without a window: its machine would never work")
        end, total, worked = None, 0, []
        for opens, closes in self.windows:
            if closes <= opens:
                raise Impossible(
                    "a window closes at {closes} s, not after it opens ({opens} s)",
                    opens=opens,
                    closes=closes,
                )
            if end is not None and opens < end:
                raise Impossible(
                    "a window opens at {opens} s, before the last one closes ({end} s)",
                    opens=opens,
                    end=end,
                )
            worked.append(total)
            total, end = total + closes - opens, closes
        object.__setattr__(self, "_opens", tuple(opens for opens, _ in self.windows))
        object.__setattr__(self, "_worked", tuple(worked))

    @property
    def closes(self) -> int:
        """When the last window closes: nothing can be planned after it."""
        return self.windows[-1][1]

    def next_open(self, at: int) -> int | None:
        """The first instant from AT on at which work can begin; None after the last window.

        >>> Calendar(((0, 10), (20, 30))).next_open(10)
        20
        """
        index = bisect_right(self._opens, at) - 1
        if index >= 0 and at < self.windows[index][1]:
            return at
        return self._opens[index + 1] if index + 1 < len(self._opens) else None

    def ends(self, start: int, work: int) -> int:
        """When WORK seconds of work are done that begin at START, while a window is open.

        >>> Calendar(((0, 10), (20, 30))).ends(5, 12)
        27
        """
        index = bisect_right(self._opens, start) - 1
        assert index >= 0 and start < self.windows[index][1], "work begins while a window is open"
        target = self._worked[index] + (start - self._opens[index]) + work
        # The window in which the last second falls: work that fills a window ends with it.
        last = bisect_right(self._worked, target - 1) - 1
        end = self._opens[last] + target - self._worked[last]
        if end > self.windows[last][1]:
            raise Impossible(
                "{hours} hours of work do not end before the calendar does: too much work for the"
                " horizon",
                hours=work // HOUR,
            )
        return end

    def begins(self, end: int, work: int) -> int:
        """The last instant from which just WORK seconds are worked until END, an open instant.

        >>> Calendar(((0, 10), (20, 30))).begins(22, 5)
        7
        """
        if not work:
            return end
        target = self._until(end) - work
        index = bisect_right(self._worked, target) - 1
        return self._opens[index] + target - self._worked[index]

    def worked(self, start: int, end: int) -> int:
        """How many seconds of the time from START to END are worked.

        >>> Calendar(((0, 10), (20, 30))).worked(5, 27)
        12
        """
        return self._until(end) - self._until(start)

    def _until(self, at: int) -> int:
        index = bisect_right(self._opens, at) - 1
        if index < 0:
            return 0
        opens, closes = self.windows[index]
        return self._worked[index] + min(at, closes) - opens
