"""What is on the screen at a moment: pure data, decided before anything is painted.

A film runs by its run sheet's own minutes until a director speaks; from then on a segment
stays until he says another. Points go round by themselves unless he names one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import cos, pi, sin, tau
from random import Random

from firsthand.demo.film.runsheet import TEXT_MAX, Point, RunSheet, Segment
from firsthand.demo.film.voice import Speech, speech_of

POINT_MIN_S, POINT_MAX_S = 6.0, 15.0
_OPEN = {"a": 1.0, "e": 0.6, "i": 0.35, "o": 0.72, "u": 0.35}
_WIDE = {"a": 0.55, "e": 0.8, "i": 1.0, "o": 0.15, "u": 0.0}


@dataclass(frozen=True, slots=True)
class Pose:
    """How the host holds himself; from 0 to 1, TILT from -1 to 1."""

    breath: float
    tilt: float
    nod: float
    left: float
    right: float
    mouth_open: float
    mouth_wide: float
    eyes_open: float


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a painter and a sound need to know of one moment."""

    at_s: float
    position: int
    segment: Segment
    segment_age_s: float
    point_index: int
    point_age_s: float
    speech: Speech
    pose: Pose

    @property
    def point(self) -> Point:
        """What the host says now."""
        return self.segment.points[self.point_index]

    @property
    def caption_said(self) -> float:
        """The share of the caption that has been spoken."""
        return min(1.0, self.point_age_s / self.speech.caption_end_s)


class Film:
    """The run of a show. Time is in seconds since it began, and does not go back."""

    def __init__(self, sheet: RunSheet) -> None:
        self.sheet = sheet
        self.segments = list(sheet.segments)
        self.by_itself = True
        self._position = 0
        self._since_s = 0.0
        self._point: int | None = None
        self._point_since_s = 0.0

    def direct(self, order: Mapping[str, object], at_s: float) -> None:
        """Do what the director says: a segment, a point (from 0), a new price, or run alone again.

        Raises ValueError, and changes nothing, if there is no such thing.
        """
        known = {"segment", "point", "price_text", "by_itself"}
        if not order or not order.keys() <= known:
            raise ValueError(f"an order has {', '.join(sorted(known))}")
        position, point = self._position, self._point
        if "segment" in order:
            names = [segment.segment_id for segment in self.segments]
            if str(order["segment"]) not in names:
                raise ValueError("there is no such segment")
            position, point = names.index(str(order["segment"])), None
        if "point" in order:
            number = order["point"]
            if not isinstance(number, int) or not 0 <= number < len(self.segments[position].points):
                raise ValueError("there is no such point")
            point = number
        price = order.get("price_text")
        if price is not None and not (isinstance(price, str) and len(price) <= TEXT_MAX):
            raise ValueError(f"a price is a text of up to {TEXT_MAX} signs")
        if "segment" in order:
            self._since_s, self.by_itself = at_s, False
        if "segment" in order or "point" in order:
            self._point_since_s = at_s
        self._position, self._point = position, point
        if price is not None:
            self.segments[position] = replace(self.segments[position], price_text=price)
        if "by_itself" in order:
            self.by_itself = bool(order["by_itself"])
            self._since_s = at_s if self.by_itself else self._since_s

    def scene(self, at_s: float) -> Scene:
        """What is on the screen."""
        while self.by_itself and at_s - self._since_s >= self.segments[self._position].seconds:
            self._since_s += self.segments[self._position].seconds
            self._position = (self._position + 1) % len(self.segments)
            self._point, self._point_since_s = None, self._since_s
        segment = self.segments[self._position]
        index, age = self._current_point(segment, at_s)
        speech = speech_of(segment.points[index].zh)
        return Scene(
            at_s=at_s,
            position=self._position,
            segment=segment,
            segment_age_s=at_s - self._since_s,
            point_index=index,
            point_age_s=age,
            speech=speech,
            pose=pose_at(at_s, speech, age),
        )

    def _current_point(self, segment: Segment, at_s: float) -> tuple[int, float]:
        if self._point is not None:
            return self._point, at_s - self._point_since_s
        age = at_s - max(self._since_s, self._point_since_s)
        share = segment.seconds / len(segment.points)
        each = min(POINT_MAX_S, max(POINT_MIN_S, share))
        return int(age // each) % len(segment.points), age % each


def pose_at(at_s: float, speech: Speech, age_s: float) -> Pose:
    """How the host holds himself at a moment; smooth, and the same each time."""
    syllable = speech.at(age_s)
    mouth_open = mouth_wide = 0.0
    stress = 0.0
    if syllable:
        share = (age_s - syllable.start_s) / syllable.length_s
        stress = sin(pi * share) * syllable.loudness
        mouth_open = stress * _OPEN[syllable.vowel]
        mouth_wide = _WIDE[syllable.vowel]
    else:
        mouth_wide = 0.7
    return Pose(
        breath=0.5 - 0.5 * cos(tau * at_s / 4.3),
        tilt=_wander(at_s, 2.3, "tilt") * 2 - 1,
        nod=0.55 * stress + 0.3 * _wander(at_s, 1.1, "nod"),
        left=0.8 * _wander(at_s, 2.9, "left") + 0.2 * stress,
        right=_gesture(at_s) + 0.06 * stress,
        mouth_open=mouth_open,
        mouth_wide=mouth_wide,
        eyes_open=_eyes(at_s),
    )


def _wander(at_s: float, every_s: float, name: str) -> float:
    """A value from 0 to 1 that goes softly from one chance to the next."""
    beat, share = divmod(at_s / every_s, 1)
    one, other = (Random(f"{name}/{int(beat) + i}").random() for i in (0, 1))
    soft = share * share * (3 - 2 * share)
    return one + (other - one) * soft


def _gesture(at_s: float) -> float:
    """The arm that shows the product: up for a while, then down; quick on the way."""
    beat, share = divmod(at_s / 4.2, 1)

    def level(i: int) -> float:
        chance = Random(f"show/{i}").random()
        return 0.1 if chance < 0.35 else 0.7 + 0.3 * chance

    move = min(1.0, share / 0.22)
    soft = move * move * (3 - 2 * move)
    return (level(int(beat)) * (1 - soft) + level(int(beat) + 1) * soft) * 0.94


def _eyes(at_s: float) -> float:
    beat, share = divmod(at_s, 3.4)
    at = 0.4 + 2.4 * Random(f"blink/{int(beat)}").random()
    return max(0.0, min(1.0, abs(share - at) / 0.09 - 0.25))
