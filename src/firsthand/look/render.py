"""Events as people see them: what changed, each thing as it looks now.

An event says THAT something changed; how it looks is read from the same tables the page is
made from. A look replaces its element as a whole, so what was so in between need not be
said: a room with a burst of two hundred orders is told one number, not two hundred. And a
look that comes late is still true, since it shows the present and not the past.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from firsthand.kit.outbox import News
from firsthand.look import things

LANGUAGES = {"zh": "zh-hans", "en": "en"}


@dataclass(slots=True)
class Changed:
    """The things whose looks have to be shown again."""

    prices: set[int] = field(default_factory=set)  # of SKUs
    ladders: set[int] = field(default_factory=set)  # of SKUs
    lefts: set[int] = field(default_factory=set)  # of offers
    cards: set[int] = field(default_factory=set)  # of offers
    statuses: set[str] = field(default_factory=set)  # of orders


def looks(news: Iterable[News], language: str) -> str:
    """The looks of all that changed, in a language ("zh", "en"); empty if none has a look."""
    return "".join(render(changed(news), language))


def changed(news: Iterable[News]) -> Changed:
    """What has to be shown again after some events; unknown ones change no look."""
    what = Changed()
    for item in news:
        touch = _TOUCHES.get(item.name)
        if touch is not None:
            touch(what, item.body)
    return what


def render(what: Changed, language: str) -> list[str]:
    """The looks of changed things in a language, read from the database as it is now."""
    with translation.override(LANGUAGES.get(language, language)):
        return [
            *_each("look/price.html", "price", things.prices(what.prices) if what.prices else {}),
            *_each("look/ladder.html", "ladder", things.ladders(what.ladders) if what.ladders else {}),
            *_each("look/card.html", "card", things.cards(what.cards) if what.cards else {}),
            *_each("look/left.html", "left", things.lefts(what.lefts - what.cards) if what.lefts else {}),
            *_each("look/status.html", "status", things.statuses(what.statuses) if what.statuses else {}),
        ]


def _each(template: str, word: str, found: Mapping[Any, Any]) -> list[str]:
    return [render_to_string(template, {word: found[key]}) for key in sorted(found)]


Touch = Callable[[Changed, Mapping[str, Any]], None]
_TOUCHES: dict[str, Touch] = {}
