"""The station: which channels there are at this moment, and who may publish on them."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from firsthand.kit import metrics
from firsthand.kit.ids import uuid7
from firsthand.kit.log import get_logger
from firsthand.media import actions, flv, rtmp
from firsthand.media.diary import AWAY, Diary, ask
from firsthand.media.models import digest_of
from firsthand.media.past import past_of
from firsthand.media.programme import Programme
from firsthand.media.recorder import Recorder
from firsthand.media.recording import Tape, folder_of, path_of
from firsthand.media.window import Past

ON_AIR_MAX = 16
KEPT_MAX = 64  # programmes in memory, dark ones included
KNOWN_KEYS_MAX = 256
KNOWN_SECONDS = 3600.0  # for so long a key that was good stays good while nobody can be asked
CHECK_SECONDS = 2.0  # for a key; an encoder gives up soon after
WATCH_SECONDS = 2.0

log = get_logger(__name__)


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


class OnAir:
    """One publisher's time on a channel: where his tags go, until he is gone or superseded."""

    def __init__(
        self, station: "Station", programme: Programme, digest: bytes, hang_up: Callable[[], None]
    ) -> None:
        self.session_id: UUID = uuid7()
        self.programme, self.digest = programme, digest
        self._station, self._hang_up = station, hang_up
        self._over = False

    def take(self, tag: flv.Tag | None, size: int, arrival_ms: int) -> None:
        """A message of his; one that arrives after he was superseded is let fall."""
        if not self._over:
            self.programme.take(tag, size, arrival_ms)

    def gone(self, why: str) -> None:
        """He is gone."""
        if not self._over:
            self._over = True
            self._station.off_air(self, why)

    def let_go(self, why: str) -> None:
        """He must go: his connection is cut."""
        self.gone(why)
        self._hang_up()


class Station:
    """All programmes of this process. To be used on the loop alone."""

    def __init__(self, diary: Diary, recorder: Recorder) -> None:
        self._diary, self._recorder = diary, recorder
        self._programmes: OrderedDict[int, Programme] = OrderedDict()
        self._names: dict[str, Programme] = {}
        self._on_air: dict[int, OnAir] = {}
        self._known: OrderedDict[bytes, tuple[float, int, str]] = OrderedDict()
        self._opening = asyncio.Lock()

    def programme(self, name: str) -> Programme | None:
        """A channel's programme, if it was on air since this process started."""
        return self._names.get(name)

    @property
    def on_air(self) -> int:
        """How many channels are published to."""
        return len(self._on_air)

    # Coming in.

    async def admit(self, app: str, key: str, hang_up: Callable[[], None]) -> OnAir:
        """Let a publisher in by his key; he supersedes whoever publishes there already.

        The newest wins, because the older connection is the one that is broken: an encoder
        that comes back after a tunnel must not wait until its own ghost has timed out.
        """
        if app != rtmp.APP:
            raise rtmp.Refused(f"publish to /{rtmp.APP}/<stream key>", code=rtmp.REJECTED)
        digest = digest_of(key)
        found = await self._find(key, digest)
        if found is None:
            metrics.ingest_refused.inc()
            raise rtmp.Refused("unknown stream key: copy it anew from the studio")
        channel_id, name = found
        if channel_id not in self._on_air and len(self._on_air) >= ON_AIR_MAX:
            raise rtmp.Refused(f"{ON_AIR_MAX} channels are on air already", code=rtmp.REJECTED)
        programme = await self._open(channel_id, name)
        older = self._on_air.get(channel_id)
        if older is not None:
            older.let_go("superseded")
        return self._put_on_air(programme, digest, hang_up)

    async def _find(self, key: str, digest: bytes) -> tuple[int, str] | None:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                found = await ask(actions.find_by_key, key)
        except (*AWAY, TimeoutError):
            since, channel_id, name = self._known.get(digest, (0.0, 0, ""))
            if not name or time.monotonic() - since > KNOWN_SECONDS:
                raise rtmp.Refused(
                    "stream keys cannot be checked at this moment: try again", code=rtmp.REJECTED
                ) from None
            log.warning("key_from_memory", channel=channel_id)
            return channel_id, name
        self._known.pop(digest, None)
        if found is not None:
            self._known[digest] = (time.monotonic(), *found)
            while len(self._known) > KNOWN_KEYS_MAX:
                self._known.popitem(last=False)
        return found

    async def _open(self, channel_id: int, name: str) -> Programme:
        async with self._opening:  # a tape is opened once, however many knock
            programme = self._programmes.get(channel_id)
            if programme is None:
                try:
                    tape, past = await asyncio.to_thread(_open_tape, name)
                except OSError as fault:
                    log.error("tape_not_opened", channel=channel_id, fault=str(fault))
                    raise rtmp.Refused("it cannot be recorded", code=rtmp.REJECTED) from None
                programme = Programme(channel_id, name, tape, past, self._recorder)
                self._programmes[channel_id] = self._names[name] = programme
            self._programmes.move_to_end(channel_id)
            self._forget_dark()
            return programme

    def _forget_dark(self) -> None:
        surplus = len(self._programmes) - KEPT_MAX
        dark = [one for one in self._programmes.values() if not one.publishing]
        for programme in dark[: max(0, surplus)]:
            del self._programmes[programme.channel_id], self._names[programme.name]
            self._recorder.put_away(programme.tape)

    def _put_on_air(
        self, programme: Programme, digest: bytes, hang_up: Callable[[], None]
    ) -> OnAir:
        publisher = OnAir(self, programme, digest, hang_up)
        channel_id, at = programme.channel_id, _now()
        self._on_air[channel_id] = publisher
        programme.begin()
        metrics.ingest_sessions.set(len(self._on_air))
        self._diary.note(
            actions.session_started,
            session_id=publisher.session_id,
            channel_id=channel_id,
            epoch=programme.epoch,
            at=at,
        )
        self._diary.note(
            actions.recording_begun, channel_id=channel_id, path=path_of(programme.name), at=at
        )
        log.info("on_air", channel=channel_id, session=str(publisher.session_id))
        return publisher

    # Going.

    def off_air(self, publisher: OnAir, why: str) -> None:
        """A publisher is gone; his last segment is finished and kept."""
        programme = publisher.programme
        if self._on_air.get(programme.channel_id) is publisher:
            del self._on_air[programme.channel_id]
        metrics.ingest_sessions.set(len(self._on_air))
        programme.end()
        at, meter = _now(), programme.meter
        self._diary.note(
            actions.session_ended,
            session_id=publisher.session_id,
            at=at,
            why=why,
            frames=meter.frames,
            size=meter.bytes,
        )
        self._recorder.when_kept(lambda: self._note_recording(programme, at))
        log.info(
            "off_air",
            channel=programme.channel_id,
            session=str(publisher.session_id),
            why=why,
            frames=meter.frames,
        )

    def _note_recording(self, programme: Programme, at: datetime) -> None:
        if programme.publishing:
            return  # somebody has come already, and the recording goes on
        self._diary.note(
            actions.recording_ended,
            channel_id=programme.channel_id,
            path=path_of(programme.name),
            at=at,
            duration_ms=programme.tape.duration_ms,
            size=programme.tape.size,
        )

    async def watch(self) -> None:
        """Let those go whose channel was closed or whose key was renewed, until cancelled."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            seen = [one for one in self._programmes.values() if one.shown or one.publishing]
            if not seen:
                continue
            try:
                good = await ask(actions.key_digests, [one.channel_id for one in seen])
            except AWAY:
                continue  # who is on air stays on air
            for programme in seen:
                self._look_after(programme, good.get(programme.channel_id))

    def _look_after(self, programme: Programme, digest: bytes | None) -> None:
        publisher = self._on_air.get(programme.channel_id)
        if publisher is not None and publisher.digest != digest:
            self._known.pop(publisher.digest, None)
            publisher.let_go("key_renewed" if digest else "channel_closed")
        if digest is None and not programme.ended:
            programme.close()

    def close(self) -> None:
        """End every programme, because the process stops."""
        for publisher in list(self._on_air.values()):
            publisher.let_go("process_stopped")
        for programme in self._programmes.values():
            self._recorder.put_away(programme.tape)
        self._programmes.clear()


def _open_tape(name: str) -> tuple[Tape, Past]:
    tape = Tape(folder_of(name))
    return tape, past_of(tape)
