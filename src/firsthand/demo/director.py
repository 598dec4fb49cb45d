"""The demo's director: goes through the run sheet as a real one would, by the real actions.

He has the film play a segment, begins it in the show, shows its card a moment later, walks
through the talking points, puts the card away and goes on; after the last he begins again.
His cues carry the media time of the newest frame that the media role has, so that a viewer
sees the card on the frame on which it was shown, however late he watches.

He is asked to take his next step by whoever keeps the house open; he never waits himself.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import httpx
from django.db import transaction

from firsthand.kit.clock import epoch_ms, now
from firsthand.kit.errors import Refusal
from firsthand.kit.log import get_logger
from firsthand.kit.money import yuan
from firsthand.price import store as price
from firsthand.show.actions import cues
from firsthand.show.models import Segment, Show

CARD_AFTER_SECONDS = 4.0
POINT_SECONDS = 9.0
CARD_OFF_SECONDS = 3.0  # between the card's end and the next segment
LOOK_AGAIN_SECONDS = 0.4
PATIENCE_SECONDS = 1.0
FILM = [sys.executable, "-m", "firsthand.demo.film"]

log = get_logger(__name__)

Step = tuple[float, Callable[[], bool | None]]  # seconds after the one before; False: not yet


class Director:
    """One show's director, with its film in a process beside him."""

    def __init__(self, show: Show, *, home: Path, rtmp_url: str, media_url: str) -> None:
        self._show, self._media_url = show, media_url
        self._segments = list(
            show.segments.select_related("product", "offer").prefetch_related("points")
        )
        self._sheet = home / f"film-{show.slug}.json"
        self._log = home / "logs" / "film.log"
        self._rtmp_url = rtmp_url
        self._film: subprocess.Popen[str] | None = None
        self._steps = self._endlessly()
        self._next_at: float | None = None
        self._do: Callable[[], bool | None] = lambda: None
        self._shown = ""  # the segment that the film says it shows

    def start(self) -> None:
        """Write the film's run sheet, and let it publish."""
        self._sheet.write_text(json.dumps(self._sheet_of_film(), ensure_ascii=False), "utf-8")
        self._film = subprocess.Popen(
            [*FILM, "--rtmp", self._rtmp_url, "--run-sheet", str(self._sheet)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log.open("ab"),
            text=True,
        )
        threading.Thread(target=self._listen, args=[self._film.stdout], daemon=True).start()

    def step(self, time: float) -> bool:
        """Do what is due at a time of the monotonic clock; False when the show has ended."""
        if self._next_at is None:
            self._wait_for(next(self._steps), time)
        if self._next_at is None or time < self._next_at:
            return True
        try:
            if self._do() is False:
                self._next_at = time + LOOK_AGAIN_SECONDS
                return True
        except Refusal as refusal:
            # Somebody in the studio was quicker, or has ended the show: his word holds.
            log.info("director_refused", code=refusal.code)
            if refusal.code in {"not_on_air", "show_not_on_air"}:
                return False
        self._wait_for(next(self._steps), time)
        return True

    def stop(self) -> None:
        """The film ends."""
        if self._film is not None and self._film.poll() is None:
            self._film.terminate()
            try:
                self._film.wait(5)
            except subprocess.TimeoutExpired:
                self._film.kill()
                self._film.wait()

    @property
    def film_runs(self) -> bool:
        """Whether the film is still there."""
        return self._film is not None and self._film.poll() is None

    def _wait_for(self, step: Step, time: float) -> None:
        after, self._do = step
        self._next_at = time + after

    def _endlessly(self) -> Iterator[Step]:
        while True:
            for segment in self._segments:
                yield from self._one(segment)

    def _one(self, segment: Segment) -> Iterator[Step]:
        points = list(segment.points.all())
        yield CARD_OFF_SECONDS, partial(self._begin, segment)
        if segment.offer_id is not None:
            yield CARD_AFTER_SECONDS, partial(self._card, segment, segment.offer_id)
        for number in range(1, len(points)):
            yield POINT_SECONDS, partial(self._tell_film, point=number)
        yield POINT_SECONDS, partial(self._act, cues.card_off)

    def _begin(self, segment: Segment) -> None:
        self._tell_film(segment=str(segment.pk))
        self._act(cues.begin_segment, segment.pk)

    def _card(self, segment: Segment, offer_id: int) -> bool:
        """Show the card once the host holds the thing up: the film says so itself."""
        if self.film_runs and self._shown != str(segment.pk):
            return False
        self._act(cues.show_card, offer_id)
        return True

    def _act(self, action: Callable[..., Any], *words: int) -> None:
        with transaction.atomic():
            action(self._show.pk, *words, at_ms=self._media_time())

    def _media_time(self) -> int:
        """The media time of the newest frame: what a director with the stream before him sees."""
        try:
            status = httpx.get(self._media_url, timeout=PATIENCE_SECONDS).json()
        except (httpx.HTTPError, ValueError):
            status = {}
        return int(status.get("pdt_ms") or epoch_ms(now()))

    def _tell_film(self, **words: object) -> None:
        if self._film is None or self._film.stdin is None or self._film.poll() is not None:
            return
        try:
            self._film.stdin.write(json.dumps(words) + "\n")
            self._film.stdin.flush()
        except BrokenPipeError:
            log.warning("film_gone")

    def _listen(self, lines: TextIO) -> None:
        for line in lines:
            news = json.loads(line)
            if news["event"] == "shown":
                self._shown = str(news["segment"])
            else:
                log.info("film_says", **{k: str(v) for k, v in news.items() if k != "event"})

    def _sheet_of_film(self) -> dict[str, object]:
        skus = {s.offer.sku_id for s in self._segments if s.offer is not None}
        tags = price.current(skus)
        host = self._show.host
        segments = []
        for segment in self._segments:
            sku = segment.offer.sku if segment.offer is not None else None
            points = [{"zh": p.text_zh, "en": p.text_en} for p in segment.points.all()]
            segments.append(
                {
                    "segment_id": str(segment.pk),
                    "title_zh": segment.name_zh,
                    "title_en": segment.name_en,
                    "points": points or [{"zh": segment.name_zh, "en": segment.name_en}],
                    "archetype": segment.product.archetype if segment.product else "smart-speaker",
                    "colour": sku.colour if sku else "#e8e4dc",
                    "seconds": CARD_AFTER_SECONDS + POINT_SECONDS * max(1, len(points)),
                    "price_text": f"¥{yuan(tags[sku.pk].price_fen)}" if sku else "",
                }
            )
        return {
            "host": {
                "name_zh": host.name,
                "name_en": host.name,
                "title_zh": host.title_zh or "创始人",
                "title_en": host.title_en or "Founder",
            },
            "segments": segments,
        }
