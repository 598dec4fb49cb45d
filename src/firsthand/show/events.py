"""What a show tells its room: facts of the feed ``show:<id>``, in the order of their commits.

Each fact carries what has become true, not a step towards it (``likes`` is the count and not
what was added), so that whoever hears one twice is none the worse. The feed carries facts
of other floors too: prices, orders, what is on offer. ``rules.apply`` reads them all.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ShowWentOnAir:
    """The show began, at this media time."""

    name: ClassVar[str] = "show_went_on_air"
    version: ClassVar[int] = 1
    show_id: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class ShowEnded:
    """The show is over; its room shows the recording from now on."""

    name: ClassVar[str] = "show_ended"
    version: ClassVar[int] = 1
    show_id: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class SheetChanged:
    """The run sheet is another: a segment or a point was added, edited, moved or removed."""

    name: ClassVar[str] = "sheet_changed"
    version: ClassVar[int] = 1
    show_id: int


@dataclass(frozen=True, slots=True)
class SegmentBegan:
    """The crew is now in this segment of the run sheet (viewers get there by its cue)."""

    name: ClassVar[str] = "segment_began"
    version: ClassVar[int] = 1
    show_id: int
    segment_id: int
    cue_id: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class CueGiven:
    """From this media time on something is to be seen, or no longer to be seen."""

    name: ClassVar[str] = "cue_given"
    version: ClassVar[int] = 1
    cue_id: int
    kind: str
    at_ms: int
    offer_id: int | None = None
    segment_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class CueTakenBack:
    """A cue was a mistake: it is as if it had never been given."""

    name: ClassVar[str] = "cue_taken_back"
    version: ClassVar[int] = 1
    cue_id: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the chat as the room sees it. NAME is what strangers may see of a name."""

    id: int
    name: str
    role: str
    text: str
    at_ms: int
    is_question: bool


@dataclass(frozen=True, slots=True)
class ChatSaid:
    """Lines were said; those of one batch are told together."""

    name: ClassVar[str] = "chat_said"
    version: ClassVar[int] = 1
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class LineHidden:
    """The crew took a line out of the chat."""

    name: ClassVar[str] = "line_hidden"
    version: ClassVar[int] = 1
    line_id: int


@dataclass(frozen=True, slots=True)
class LikesCounted:
    """So many likes there are by now."""

    name: ClassVar[str] = "likes_counted"
    version: ClassVar[int] = 1
    likes: int


@dataclass(frozen=True, slots=True)
class ViewersCounted:
    """So many are watching, over all processes."""

    name: ClassVar[str] = "viewers_counted"
    version: ClassVar[int] = 1
    viewers: int
