"""``{% load studio %}``: clocks and amounts as the crew reads them."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from firsthand.insight.dictionary import Unit
from firsthand.insight.text import written
from firsthand.kit.clock import from_epoch_ms

register = template.Library()


@register.filter
def clock(seconds: int) -> str:
    """A span as 14:59 or 1:02:03; what is over its time has a minus."""
    sign, whole = ("−" if seconds < 0 else ""), abs(int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{sign}{hours}:{minutes:02d}:{rest:02d}" if hours else f"{sign}{minutes:02d}:{rest:02d}"


@register.filter
def drift(seconds: int) -> str:
    """How far a show is from its plan, in words: 01:24 behind."""
    if abs(seconds) < 5:
        return _("on time")
    said = clock(abs(seconds))
    return (
        _("%(time)s behind") % {"time": said}
        if seconds > 0
        else _("%(time)s ahead") % {"time": said}
    )


@register.filter
def media_time(at_ms: int) -> str:
    """A media time as the clock on the studio's wall shows it."""
    return timezone.localtime(from_epoch_ms(at_ms)).strftime("%H:%M:%S")


@register.filter
def plain_yuan(amount_fen: int) -> str:
    """An amount as a form field takes it: 1999.00."""
    return f"{amount_fen // 100}.{amount_fen % 100:02d}"


@register.filter
def of(things: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping has under a key; None if nothing."""
    return things.get(key)


@register.filter
def figure(value: float | None, unit: str) -> str:
    """A figure as it is written; what there is not is a dash."""
    return written(value, Unit(unit))


@register.filter
def unlocalized(number: float) -> str:
    """A coordinate for SVG or CSS, with a point whatever the language writes."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


@register.filter
def add_number(number: float, more: float) -> float:
    """The sum of two coordinates."""
    return number + more


@register.filter
def grouped(number: int) -> str:
    """A count with its thousands apart."""
    return f"{number:,}"


@register.filter
def from_iso(text: str) -> date:
    """A day that was kept as text."""
    return date.fromisoformat(text)


@register.filter
def as_json(words: Mapping[str, Any]) -> str:
    """Words for a ``data-`` attribute, which the template escapes."""
    return json.dumps(words)
