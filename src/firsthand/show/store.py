"""What the room reads and writes in sets: thin typed functions over ``queries.sql``."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from firsthand.kit.errors import NotFound
from firsthand.kit.sql import Queries
from firsthand.show.models import Show
from firsthand.show.rules import CHAT_KEPT, Cue, GoodsState, Line, OfferState, RoomState, hidden
from firsthand.show.speech import PACE_SECONDS, Spoken

_SQL = Queries(__package__)

# A process that said nothing for so long has no viewers any more. It says so every two
# seconds, so this is three words lost in a row.
FRESH_SECONDS = 7


def snapshot(show_id: int) -> RoomState:
    """All that a room shows, as of the last fact told of it; raises NotFound."""
    row = _SQL.row("snapshot", show_id=show_id, chat_kept=CHAT_KEPT)
    if row is None:
        raise NotFound("no_such_show", _("There is no such show."))
    seq, air, segment_id, viewers, likes, cues, chat, offers = row
    lines = (Line(*line) for line in chat)
    return RoomState(
        show_id=show_id,
        seq=seq,
        air=air,
        segment_id=segment_id,
        cues=tuple(Cue(*cue) for cue in cues),
        chat=tuple(hidden(line) if line.is_hidden else line for line in lines),
        viewers=viewers,
        likes=likes,
        offers={
            offer_id: OfferState(*rest).at_price_of(GoodsState(*one) for one in goods)
            for offer_id, *rest, goods in offers
        },
    )


def feeds_needed(over_since: datetime) -> set[str]:
    """The feeds of shows that are to come, on air, or were not over at an instant."""
    needed = Show.objects.exclude(state=Show.State.ENDED, ended_at__lt=over_since)
    return {f"show:{show_id}" for show_id in needed.values_list("pk", flat=True)}


class Speaker(NamedTuple):
    """Somebody who speaks in a room."""

    name: str
    roles: list[str]


def speakers(person_ids: Collection[int]) -> dict[int, Speaker]:
    """The names and roles of people who are still with us."""
    rows = _SQL.rows("speakers", person_ids=sorted(person_ids))
    return {person_id: Speaker(name, roles) for person_id, name, roles in rows}


def talking_shows(show_ids: Collection[int]) -> dict[int, int]:
    """The shows whose chat is open, with the person id of each host."""
    return dict(_SQL.rows("talking_shows", show_ids=sorted(show_ids)))


def said_lately(who: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """How many lines viewers of shows said in the last seconds."""
    pairs = sorted(who)
    rows = _SQL.rows(
        "said_lately",
        show_ids=[show_id for show_id, _viewer in pairs],
        viewers=[viewer for _show_id, viewer in pairs],
        seconds=float(PACE_SECONDS),
    )
    return {(show_id, viewer): count for show_id, viewer, count in rows}


Key = tuple[int, str, UUID]  # show, viewer, the key made in his browser


def lines_by_key(batch: Sequence[Spoken]) -> dict[Key, int]:
    """Which of these lines were said before, and the number each got."""
    rows = _SQL.rows(
        "lines_by_key",
        show_ids=[spoken.show_id for spoken in batch],
        viewers=[spoken.viewer for spoken in batch],
        keys=[spoken.key for spoken in batch],
    )
    return {(show_id, viewer, key): line_id for line_id, show_id, viewer, key in rows}


class ToWrite(NamedTuple):
    """A line as it goes into the table."""

    spoken: Spoken
    name: str
    role: str
    text: str
    is_question: bool


def write_lines(lines: Sequence[ToWrite]) -> dict[Key, tuple[int, int]]:
    """Write lines in their order; the number and the instant (epoch ms) that each got."""
    rows = _SQL.rows(
        "write_lines",
        show_ids=[line.spoken.show_id for line in lines],
        person_ids=[line.spoken.person_id for line in lines],
        viewers=[line.spoken.viewer for line in lines],
        keys=[line.spoken.key for line in lines],
        names=[line.name for line in lines],
        roles=[line.role for line in lines],
        texts=[line.text for line in lines],
        questions=[line.is_question for line in lines],
    )
    return {(show_id, viewer, key): (line_id, at) for line_id, show_id, viewer, key, at in rows}


def add_likes(show_id: int, likes: int) -> int | None:
    """Count likes; how many there are now, or None where the show is over."""
    row = _SQL.row("add_likes", show_id=show_id, likes=likes)
    return None if row is None else int(row[0])


def say_presence(show_id: int, process: str, viewers: int) -> int | None:
    """Note how many viewers a process has; the sum over all of them, if it changed."""
    _SQL.rows("lock_count", show_id=show_id)
    _SQL.change("say_presence", show_id=show_id, process=process, viewers=viewers)
    _SQL.change("forget_presences", show_id=show_id)
    row = _SQL.row("count_viewers", show_id=show_id, fresh_seconds=float(FRESH_SECONDS))
    return None if row is None else int(row[0])


def move_segment(show_id: int, segment_id: int, from_position: int, to_position: int) -> None:
    """Put a segment elsewhere in its sheet; those between move by one."""
    _SQL.change(
        "move_segment",
        show_id=show_id,
        segment_id=segment_id,
        from_position=from_position,
        to_position=to_position,
    )


def make_room(show_id: int, position: int) -> None:
    """Move the segments from a position on down by one."""
    _SQL.change("make_room", show_id=show_id, position=position)


def close_gap(show_id: int, position: int) -> None:
    """Move the segments behind a position up by one."""
    _SQL.change("close_gap", show_id=show_id, position=position)
