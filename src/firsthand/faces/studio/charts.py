"""Charts as geometry: what to draw where, for templates that write it as SVG. Pure.

The server draws them, so that a report needs no script, prints as it looks, and can be read with
the table that stands beneath each chart. Numbers are in the units of the viewBox.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

WIDTH, HALF = 960.0, 480.0
LEFT, RIGHT = 52.0, 8.0  # room for the figures beside the axis
PANEL = 132.0
GAP = 28.0
FOOT = 26.0
TICKS_X = 8
DAYS_NAMED = 7
STEPS = (1, 2, 5)


class Tick(NamedTuple):
    """A mark on an axis: where, and what it says."""

    at: float
    text: str


class Bar(NamedTuple):
    """A bar, and what it stands for in words."""

    x: float
    y: float
    width: float
    height: float
    words: str
    manner: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One curve or one row of bars over the minutes, with its own scale."""

    name: str
    top: float
    ticks: tuple[Tick, ...]
    line: str = ""  # an SVG path
    area: str = ""
    bars: tuple[Bar, ...] = ()

    @property
    def bottom(self) -> float:
        """Where nought is."""
        return self.top + PANEL


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes of a show: who watched, what was ordered, and which segment was on."""

    height: float
    panels: tuple[Panel, ...]
    ticks: tuple[Tick, ...]
    segments: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars side by side, with what each stands for beneath."""

    height: float
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    names: tuple[Tick, ...]
    width: float = HALF


def of(body: Mapping[str, Any]) -> dict[str, Any]:
    """Every chart of a report."""
    return {"minutes": minutes(body["minutes"], body["segments"]), "days": days(body["days"])}


def minutes(rows: Sequence[Mapping[str, Any]], segments: Sequence[Mapping[str, Any]]) -> Minutes:
    """Viewers as an area, orders as bars beneath, over the minutes of a show."""
    wide = (WIDTH - LEFT - RIGHT) / max(1, len(rows))
    panels = (
        _curve("viewers", [row["viewers"] for row in rows], wide, top=18.0),
        _stacks("orders", rows, wide, top=18.0 + PANEL + GAP),
    )
    every = max(1, -(-len(rows) // TICKS_X))
    every = next((step for step in (1, 2, 5, 10, 15, 30, 60, 120) if step >= every), 240)
    ticks = tuple(Tick(LEFT + n * wide, str(n)) for n in range(0, len(rows), every))
    bands = _bands(rows, segments, wide)
    return Minutes(18.0 + 2 * PANEL + GAP + FOOT, panels, ticks, bands)


def scale(most: float) -> tuple[float, list[float]]:
    """A round number not below MOST, and the marks up to it.

    >>> scale(7)
    (8, [0, 2, 4, 6, 8])
    >>> scale(0)
    (1, [0, 1])
    """
    if most <= 1:
        return 1, [0, 1]
    power = 1
    while True:
        for step in STEPS:
            if step * power * 5 >= most:
                count = int(-(-most // (step * power)))
                return count * step * power, [n * step * power for n in range(count + 1)]
        power *= 10


def _curve(name: str, values: Sequence[int], wide: float, *, top: float) -> Panel:
    most, marks = scale(max(values, default=0))
    points = [
        f"{LEFT + (n + 0.5) * wide:.1f} {top + PANEL * (1 - value / most):.1f}"
        for n, value in enumerate(values)
    ]
    line = "M" + " L".join(points) if points else ""
    last = LEFT + (len(values) - 0.5) * wide
    foot = f"{top + PANEL:.1f}"
    area = f"{line} L{last:.1f} {foot} L{LEFT + wide / 2:.1f} {foot} Z" if points else ""
    return Panel(name, top, _marks(marks, most, top), line, area)


def _stacks(name: str, rows: Sequence[Mapping[str, Any]], wide: float, *, top: float) -> Panel:
    most, marks = scale(max((row["held"] for row in rows), default=0))
    bars = []
    for n, row in enumerate(rows):
        words = f"{n}: {row['held']} / {row['paid']}"
        for count, manner in ((row["held"], "held"), (row["paid"], "paid")):
            if count:
                high = PANEL * count / most
                thick = max(1.0, wide - 1.5)
                bars.append(Bar(LEFT + n * wide, top + PANEL - high, thick, high, words, manner))
    return Panel(name, top, _marks(marks, most, top), bars=tuple(bars))


def _marks(marks: Sequence[float], most: float, top: float) -> tuple[Tick, ...]:
    return tuple(Tick(top + PANEL * (1 - mark / most), f"{mark:,.0f}") for mark in marks)


def _bands(
    rows: Sequence[Mapping[str, Any]], segments: Sequence[Mapping[str, Any]], wide: float
) -> tuple[Bar, ...]:
    if not rows:
        return ()
    first, last = datetime.fromisoformat(rows[0]["at"]), float(len(rows))
    bands = []
    for number, segment in enumerate(segments, start=1):
        start = _minute(segment["began_at"], first)
        end = _minute(segment["ended_at"], first) if segment["ended_at"] else last
        start, end = min(max(0.0, start), last), min(max(0.0, end), last)
        if end > start:
            name = str(number)
            bands.append(Bar(LEFT + start * wide, 0, (end - start) * wide, 14.0, name))
    return tuple(bands)


def _minute(instant: str, first: datetime) -> float:
    return (datetime.fromisoformat(instant) - first).total_seconds() / 60


def days(rows: Sequence[Mapping[str, Any]]) -> Bars:
    """Pieces promised for each day; what comes from stock and from the plan in their colours."""
    names = sorted({row["ship_by"] for row in rows})
    totals = {day: sum(row["pieces"] for row in rows if row["ship_by"] == day) for day in names}
    most, marks = scale(max(totals.values(), default=0))
    wide = (HALF - LEFT - RIGHT) / max(1, len(names))
    thick, top = min(64.0, wide * 0.62), 18.0
    bars, stacked = [], dict.fromkeys(names, 0.0)
    for row in sorted(rows, key=lambda one: one["source"] != "stock"):
        day = row["ship_by"]
        high = PANEL * row["pieces"] / most
        x = LEFT + names.index(day) * wide + (wide - thick) / 2
        y = top + PANEL - stacked[day] - high
        bars.append(Bar(x, y, thick, high, f"{day}: {row['pieces']}", row["source"]))
        stacked[day] += high
    every = -(-len(names) // DAYS_NAMED)  # so that names do not run into one another
    under = (
        tuple(Tick(LEFT + (n + 0.5) * wide, day) for n, day in enumerate(names) if not n % every)
        if names
        else ()
    )
    return Bars(top + PANEL + FOOT, tuple(bars), _marks(marks, most, top), under)
