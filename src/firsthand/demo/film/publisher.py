"""Keeps the show on air: a frame each 1/25 second by the wall clock, whatever happens.

If the machine was busy and frames are late, the last picture is sent again with a new
number rather than painted anew, so picture and sound stay together. If the door goes away
the show goes on behind it, and knocks again with growing pauses.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping

from firsthand.demo.film import framecode
from firsthand.demo.film.encoder import Encoder, Gone
from firsthand.demo.film.painter import Painter
from firsthand.demo.film.scene import Film
from firsthand.demo.film.sound import Sound

FPS = framecode.FPS
LATE_MAX_FRAMES = 2
FORGIVEN_S = 2.0  # later than this (a laptop that slept) the lost time is let go
BACKOFF_S = (0.5, 1.0, 2.0, 4.0, 8.0)
ORDERS_MAX = 256

Tell = Callable[[dict[str, object]], None]


class Publisher:
    """Runs a film into a target until its time is over or somebody stops it."""

    def __init__(
        self,
        film: Film,
        painter: Painter,
        target: str,
        stopped: threading.Event | None = None,
        tell: Tell | None = None,
    ) -> None:
        self._film, self._painter, self._target = film, painter, target
        self._sound = Sound(FPS)
        self._tell = tell or (lambda _news: None)
        self._orders: deque[Mapping[str, object]] = deque(maxlen=ORDERS_MAX)
        self._stopped = stopped or threading.Event()
        self._shown: tuple[str, int] | None = None
        self._frame = 0
        self._last_paint = -LATE_MAX_FRAMES
        self.repeated = 0

    def order(self, order: Mapping[str, object]) -> None:
        """Leave a director's order; it is done with the next frame. From any thread."""
        self._orders.append(order)

    def stop(self) -> None:
        """End the show cleanly. From any thread or a signal."""
        self._stopped.set()

    def run(self, seconds: float | None = None) -> None:
        """Publish. A file is written once; a door is knocked at again when it goes away."""
        frames = None if seconds is None else round(seconds * FPS)
        failures = 0
        self._painter.paint(self._film.scene(0.0), time.time())  # waits for the first set
        self._begin_clock()
        while not self._stopped.is_set() and (frames is None or self._frame < frames):
            encoder = Encoder(
                self._target, self._painter.layout.width, self._painter.layout.height, FPS
            )
            first = self._frame
            try:
                self._publish(encoder, frames)
            except Gone:
                encoder.end()
                if self._stopped.is_set():
                    return
                if "://" not in self._target:
                    raise
                failures = 0 if self._frame - first > 10 * FPS else failures + 1
                pause = BACKOFF_S[min(failures, len(BACKOFF_S)) - 1] if failures else BACKOFF_S[0]
                self._tell({"event": "off_air", "why": encoder.last_words(), "again_in_s": pause})
                self._stopped.wait(pause)
                self._frame += round(pause * FPS)
            else:
                encoder.end()

    def _publish(self, encoder: Encoder, frames: int | None) -> None:
        first = self._frame
        while not self._stopped.is_set() and (frames is None or self._frame < frames):
            late_s = time.monotonic() - self._began - self._frame / FPS
            if late_s < 0:
                time.sleep(-late_s)
            elif late_s > FORGIVEN_S:
                self._began += late_s
                self._epoch_s += late_s
            self._one_frame(encoder, repeat=late_s * FPS > LATE_MAX_FRAMES)
            if encoder.process.poll() is not None:
                raise Gone(encoder.last_words())
            if self._frame - first == FPS:
                self._tell({"event": "on_air"})

    def _one_frame(self, encoder: Encoder, *, repeat: bool) -> None:
        at_s = self._frame / FPS
        while self._orders:
            order = self._orders.popleft()
            try:
                self._film.direct(order, at_s)
            except ValueError as fault:
                self._tell({"event": "refused", "why": str(fault)})
        scene = self._film.scene(at_s)
        epoch_s = self._epoch_s + at_s
        # Even a machine that is always late shows four pictures a second.
        if repeat and self._frame and self._frame - self._last_paint < FPS // 4:
            self.repeated += 1
            canvas = self._painter.again(epoch_s)
        else:
            self._last_paint = self._frame
            canvas = self._painter.paint(scene, epoch_s)
        encoder.put(canvas.data, self._sound.make(scene), self._stopped.is_set)
        self._frame += 1
        shown = (scene.segment.segment_id, scene.point_index)
        if shown != self._shown and self._painter.position == scene.position:
            self._shown = shown
            number = framecode.number_at(epoch_s)
            self._tell({"event": "shown", "segment": shown[0], "point": shown[1], "frame": number})

    def _begin_clock(self) -> None:
        # The film begins on a whole frame of the epoch, so a frame's number is its moment.
        now = time.time()
        self._epoch_s = (int(now * FPS) + 1) / FPS
        self._began = time.monotonic() + self._epoch_s - now
