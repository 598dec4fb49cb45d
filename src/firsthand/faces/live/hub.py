"""Rooms and the viewers in them.

A message is made once (in each language) and put into everyone's own short queue. Whoever
cannot keep up is let go: his browser comes back with the number it saw last. Each room
holds its state and its last messages, so that a thousand browsers coming at once are served
from memory, and the database is not asked.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from firsthand.kit import clock, metrics
from firsthand.show.rules import RoomState
from firsthand.show.wire import state_of

LANGUAGES = ("zh", "en")
QUEUE_MAX = 64
RECENT_MAX = 256
AHEAD_MAX = 1000  # by so many facts a viewer may be ahead of us: another process told him
VIEWERS_MAX = 5000  # in one process; measured: a core speaks to some thousand at full beat

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Message:
    """What a room is told at once; SEQ is the number of the last fact in it.

    A message without a number (None) is for one viewer alone, an answer to what he sent.
    """

    seq: int | None
    texts: Mapping[str, str]


def said(words: Mapping[str, object]) -> str:
    """Words as they go over the wire."""
    return _encode(words).decode()


def same_for_all(seq: int | None, words: Mapping[str, object]) -> Message:
    """A message that is the same in every language."""
    return Message(seq, dict.fromkeys(LANGUAGES, said(words)))


LET_GO = Message(-1, {})


class Viewer:
    """One open socket: the words that wait for it."""

    __slots__ = ("counts", "language", "queue")

    def __init__(self, language: str, *, counts: bool = True) -> None:
        self.language, self.counts = language, counts
        self.queue: asyncio.Queue[Message] = asyncio.Queue(QUEUE_MAX + 1)

    def tell(self, message: Message) -> None:
        """Put a message into the queue; over its end, the word that lets the viewer go."""
        if self.queue.qsize() < QUEUE_MAX:
            self.queue.put_nowait(message)
        elif not self.queue.full():  # the one place above QUEUE_MAX is kept for this word
            metrics.viewers_let_go.inc()
            self.queue.put_nowait(LET_GO)


@dataclass(slots=True)
class Room:
    """Who is watching a show, what it is like there, and what was said lately."""

    show_id: int
    viewers: set[Viewer] = field(default_factory=set)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    state: RoomState | None = None  # None once it is opened: there is no such show
    looks: dict[str, dict[str, str]] = field(default_factory=dict)  # by language, by element id
    recent: deque[Message] = field(default_factory=deque)
    since: int = 0  # whoever has seen this number is missing nothing but what is in RECENT
    carried: RoomState | None = None  # the follower's own note; nobody else reads or writes it
    _newcomers: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many are watching, not counting the crew's own desks."""
        return sum(viewer.counts for viewer in self.viewers)

    def snapshot(self, language: str) -> str:
        """What a newcomer is told; made once for all who come between two facts."""
        assert self.state is not None, "the room is open"
        made = self._newcomers.get(language)
        if made is None or made[0] != self.state.seq:
            words = {
                "t": "snapshot",
                "seq": self.state.seq,
                "state": state_of(self.state),
                "look": "".join(self.looks.get(language, {}).values()),
            }
            made = self._newcomers[language] = (self.state.seq, said(words))
        return made[1]

    def take(self, state: RoomState, looks: Mapping[str, Mapping[str, str]]) -> None:
        """It is like this now, and this is how what changed looks."""
        self.state = state
        for language, fragments in looks.items():
            self.looks.setdefault(language, {}).update(fragments)
        self._newcomers.clear()

    def remembers(self, seen: int) -> bool:
        """Whether a viewer who has seen so much can be told what he missed, and no more."""
        assert self.state is not None, "the room is open"
        return 0 < seen and self.since <= seen <= self.state.seq + AHEAD_MAX  # noqa: SIM300

    def missed(self, seen: int) -> Iterator[Message]:
        """What was said after number SEEN."""
        return (message for message in self.recent if (message.seq or 0) > seen)


class Hub:
    """Every room of this process that has a viewer in it. To be used on the loop alone."""

    def __init__(self) -> None:
        self.rooms: dict[int, Room] = {}
        self.viewers = 0

    @property
    def is_full(self) -> bool:
        """Whether this process has as many viewers as it can speak to."""
        return self.viewers >= VIEWERS_MAX

    def enter(self, show_id: int, viewer: Viewer) -> Room:
        """Come in; the room may not be open yet."""
        room = self.rooms.get(show_id)
        if room is None:
            room = self.rooms[show_id] = Room(show_id)
        room.viewers.add(viewer)
        self.viewers += 1
        metrics.viewers.labels(show=show_id).set(len(room.viewers))
        return room

    def leave(self, room: Room, viewer: Viewer) -> None:
        """Go out; the last one puts out the light."""
        room.viewers.discard(viewer)
        self.viewers -= 1
        metrics.viewers.labels(show=room.show_id).set(len(room.viewers))
        if not room.viewers and self.rooms.get(room.show_id) is room:
            del self.rooms[room.show_id]
            metrics.viewers.remove(room.show_id)

    def open(
        self,
        room: Room,
        state: RoomState,
        since: int,
        recent: Iterable[Message],
        looks: Mapping[str, Mapping[str, str]],
    ) -> None:
        """Let those who wait at the door in."""
        room.state, room.since = state, since
        room.recent.extend(recent)
        room.looks = {language: dict(fragments) for language, fragments in looks.items()}
        room.opened.set()

    def refuse(self, room: Room) -> None:
        """Send those who wait at the door away: there is no such show."""
        room.opened.set()

    def say(
        self,
        room: Room,
        message: Message,
        state: RoomState,
        looks: Mapping[str, Mapping[str, str]],
    ) -> None:
        """Tell everyone in a room, and remember it for those who come back.

        What has no number (it happened elsewhere) is told to those who are here.
        """
        room.take(state, looks)
        if message.seq is not None:
            room.recent.append(message)
            if len(room.recent) > RECENT_MAX:
                room.since = room.recent.popleft().seq or 0
        for viewer in room.viewers:
            viewer.tell(message)
        metrics.ticks_sent.inc(len(room.viewers))

    def beat(self) -> None:
        """A word to everyone who has heard nothing: so that he knows we are still there."""
        now_ms = clock.epoch_ms(clock.now())
        for room in self.rooms.values():
            if room.state is None:
                continue
            words = {"t": "tick", "seq": room.state.seq, "now_ms": now_ms}
            silence = same_for_all(None, words)
            for viewer in room.viewers:
                if viewer.queue.empty():
                    viewer.tell(silence)
