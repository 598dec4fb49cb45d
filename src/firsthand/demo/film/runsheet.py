"""What a show is made of, as the film needs it: a short run sheet, read from JSON."""

import json
from dataclasses import dataclass, field
from typing import Any

from firsthand.demo.drawings import ARCHETYPES
from firsthand.demo.drawings.colour import read as read_colour

SEGMENTS_MAX = 200
POINTS_MAX = 50
TEXT_MAX = 400
SECONDS_MIN, SECONDS_MAX = 2, 36_000


@dataclass(frozen=True, slots=True)
class Point:
    """One thing the host says, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One product's time on air."""

    segment_id: str
    title_zh: str
    title_en: str
    points: tuple[Point, ...]
    archetype: str
    colour: str
    seconds: float
    price_text: str = ""
    accent: str | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """Who speaks. The name decides the face."""

    name_zh: str = "林一"
    name_en: str = "Lin Yi"
    title_zh: str = "创始人"
    title_en: str = "Founder"


@dataclass(frozen=True, slots=True)
class RunSheet:
    """The segments in their order, and who presents them."""

    segments: tuple[Segment, ...]
    host: Host = field(default_factory=Host)


def read(text: str) -> RunSheet:
    """A run sheet from JSON: a list of segments, or ``{"host": {...}, "segments": [...]}``.

    Raises ValueError with a sentence that names the place, and reads nothing by halves.
    """
    document = json.loads(text)
    host: dict[str, Any] = {}
    if isinstance(document, dict):
        host = document.get("host", {})
        document = document.get("segments")
    if not isinstance(document, list) or not 1 <= len(document) <= SEGMENTS_MAX:
        raise ValueError(f"a run sheet is a list of 1 to {SEGMENTS_MAX} segments")
    segments = tuple(_segment(part, f"segment {i + 1}") for i, part in enumerate(document))
    names = [segment.segment_id for segment in segments]
    if len(set(names)) != len(names):
        raise ValueError("two segments have the same segment_id")
    known = Host.__dataclass_fields__
    return RunSheet(
        segments, Host(**{name: _text(host, name, "host") for name in known if name in host})
    )


def _segment(part: Any, place: str) -> Segment:
    if not isinstance(part, dict):
        raise ValueError(f"{place} is not an object")
    archetype = _text(part, "archetype", place)
    if archetype not in ARCHETYPES:
        raise ValueError(f"{place}: there is no drawing of {archetype!r}")
    for name in ("colour", "accent"):
        if part.get(name) is not None:
            read_colour(_text(part, name, place))
    points = part.get("points", [])
    if not isinstance(points, list) or len(points) > POINTS_MAX:
        raise ValueError(f"{place}: points is a list of up to {POINTS_MAX}")
    seconds = part.get("seconds", 60)
    if not isinstance(seconds, int | float) or not SECONDS_MIN <= seconds <= SECONDS_MAX:
        raise ValueError(f"{place}: seconds is {SECONDS_MIN} to {SECONDS_MAX}")
    title = Point(_text(part, "title_zh", place), _text(part, "title_en", place))
    return Segment(
        segment_id=str(part.get("segment_id", "")) or _text(part, "segment_id", place),
        title_zh=title.zh,
        title_en=title.en,
        points=tuple(
            Point(_text(point, "zh", place), _text(point, "en", place)) for point in points
        )
        or (title,),
        archetype=archetype,
        colour=_text(part, "colour", place),
        seconds=float(seconds),
        price_text=_text(part, "price_text", place) if part.get("price_text") else "",
        accent=part.get("accent"),
    )


def _text(part: Any, name: str, place: str) -> str:
    value = part.get(name) if isinstance(part, dict) else None
    if not isinstance(value, str) or not value.strip() or len(value) > TEXT_MAX:
        raise ValueError(f"{place}: {name} is a text of 1 to {TEXT_MAX} signs")
    return value.strip()
