"""What would happen: the plan of how things are, beside the one of what is assumed. Pure.

Both are made by the same rule with the same budget, so that what differs comes of the assumption.
An answer is a list of sentences, kept with their values so that they can be said in the reader's
language, and the figures of both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from firsthand.factory.plan import Figures

NEARLY_HOURS = 0.25
NAMED_MAX = 5  # lots that are named, of each kind


class Said(NamedTuple):
    """A sentence as it was written, with its values beside it."""

    sentence: str
    fields: Mapping[str, Any]

    def __str__(self) -> str:
        return self.sentence.format(**self.fields)


class Lot(NamedTuple):
    """A lot of both plans: when it is due, and when it would be done."""

    number: str
    due_at: datetime
    before: datetime
    after: datetime

    @property
    def hours_later(self) -> float:
        """By how much; below nought: earlier."""
        return (self.after - self.before).total_seconds() / 3600


class Coming(NamedTuple):
    """Pieces that were asked for: when so many of them are done, and when that is safe."""

    part: str
    quantity: int
    by: datetime  # as it was asked
    done_at: datetime
    safe_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What would happen."""

    sentences: tuple[Said, ...]
    before: Figures
    after: Figures
    coming: tuple[Coming, ...] = ()
    lots: tuple[Lot, ...] = field(default=(), repr=False)

    def as_json(self) -> dict[str, Any]:
        """As it is kept beside the question."""
        return {
            "sentences": [[one.sentence, dict(one.fields)] for one in self.sentences],
            "before": self.before.as_json(),
            "after": self.after.as_json(),
            "coming": [
                [one.part, one.quantity, *(at.isoformat() for at in one[2:])] for one in self.coming
            ],
        }


def answer(
    lots: Sequence[Lot],
    coming: Sequence[Coming],
    before: Figures,
    after: Figures,
    newly_late: Sequence[str],
) -> Answer:
    """The answer in sentences: what was asked for first, then what it does to the others."""
    found = [*_pieces(coming), *_lateness(lots, newly_late), *_shifts(lots)]
    hours = after.changeover_hours - before.changeover_hours
    if abs(hours) >= NEARLY_HOURS:
        more = "Machines would be set up for {hours} hours more."
        less = "Machines would be set up for {hours} hours less."
        found.append(Said(more if hours > 0 else less, {"hours": _round(abs(hours))}))
    if not found:
        found.append(Said("Nothing would come earlier or later.", {}))
    return Answer(tuple(found), before, after, tuple(coming), tuple(lots))


def _pieces(coming: Sequence[Coming]) -> list[Said]:
    found = []
    for part, by in dict.fromkeys((one.part, one.by) for one in coming):
        ours = [one for one in coming if (one.part, one.by) == (part, by)]
        wanted = sum(one.quantity for one in ours)
        safe = sum(one.quantity for one in ours if one.safe_at <= by)
        fields = {
            "part": part,
            "quantity": wanted,
            "safe": safe,
            "by": _minute(by),
            "last": _minute(max(one.safe_at for one in ours)),
        }
        if safe == wanted:
            said = "All {quantity} more of {part} would be done by {by}; the last at {last}."
        elif safe:
            said = (
                "{safe} of the {quantity} more of {part} would be done by {by}; all of them at"
                " {last}."
            )
        else:
            said = "None of the {quantity} more of {part} would be done by {by}; all at {last}."
        found.append(Said(said, fields))
    return found


def _lateness(lots: Sequence[Lot], newly_late: Sequence[str]) -> list[Said]:
    saved = [one for one in lots if one.before > one.due_at >= one.after]
    found = []
    if newly_late:
        names = ", ".join(newly_late[:NAMED_MAX])
        said = "{count} lots would be late that are in time now: {names}."
        found.append(Said(said, {"count": len(newly_late), "names": names}))
    elif lots:
        found.append(Said("No lot would be late that is in time now.", {}))
    if saved:
        names = ", ".join(one.number for one in saved[:NAMED_MAX])
        said = "{count} lots would be in time that are late now: {names}."
        found.append(Said(said, {"count": len(saved), "names": names}))
    return found


def _shifts(lots: Sequence[Lot]) -> list[Said]:
    found = []
    for sign, said in (
        (-1, "{count} lots would be done earlier, by {hours} hours on average, most of all {lot}."),
        (1, "{count} lots would be done later, by {hours} hours on average, most of all {lot}."),
    ):
        moved = [one for one in lots if sign * one.hours_later >= NEARLY_HOURS]
        if moved:
            hours = sum(abs(one.hours_later) for one in moved) / len(moved)
            most = max(moved, key=lambda one: abs(one.hours_later))
            fields = {"count": len(moved), "hours": _round(hours), "lot": most.number}
            found.append(Said(said, fields))
    return found


def _round(hours: float) -> float:
    return round(hours, 1)


def _minute(at: datetime) -> str:
    return at.isoformat(sep=" ", timespec="minutes")
