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
from firsthand.look.groups import GroupBuy, group_buys
from firsthand.offer.models import Offer

LANGUAGES = {"zh": "zh-hans", "en": "en"}


@dataclass(slots=True)
class Changed:
    """The things whose looks have to be shown again."""

    prices: set[int] = field(default_factory=set)  # of SKUs
    repriced: set[int] = field(default_factory=set)  # SKUs whose offers' cards change with them
    ladders: set[int] = field(default_factory=set)  # of SKUs
    lefts: set[int] = field(default_factory=set)  # of offers
    cards: set[int] = field(default_factory=set)  # of offers
    groups: set[int] = field(default_factory=set)  # of offers: those that form


@dataclass(frozen=True, slots=True)
class Seen:
    """Changed things as they are now, read once for every language."""

    prices: Mapping[int, things.Price]
    ladders: Mapping[int, things.Ladder]
    lefts: Mapping[int, things.Left]
    cards: Mapping[int, things.Card]
    groups: Mapping[int, GroupBuy]


def looks(news: Iterable[News], language: str) -> str:
    """The looks of all that changed, in a language ("zh", "en"); empty if none has a look."""
    return "".join(render(changed(news), language))


def render(what: Changed, language: str) -> list[str]:
    """Changed things as fragments of a page, one for each element, as they are now.

    For a room with several languages ``see`` once and ``dress`` for each of them.
    """
    return dress(see(what), language)


def changed(news: Iterable[News]) -> Changed:
    """What has to be shown again after some events; unknown ones change no look."""
    what = Changed()
    for item in news:
        touch = _TOUCHES.get(item.name)
        if touch is not None:
            touch(what, item.body)
    return what


def see(what: Changed) -> Seen:
    """Read changed things as they are now; what was not changed is not asked for."""
    cards = set(what.cards)
    if what.repriced:
        cards.update(things.offers_of(what.repriced))
    lefts = what.lefts - cards  # a card brings its own
    prices = what.prices | what.repriced
    return Seen(
        things.prices(prices) if prices else {},
        things.ladders(what.ladders) if what.ladders else {},
        things.lefts(lefts) if lefts else {},
        things.cards(cards) if cards else {},
        group_buys(Offer.objects.filter(pk__in=what.groups)) if what.groups else {},
    )


def dress(seen: Seen, language: str) -> list[str]:
    """Things as fragments of a page in a language; each has the id of what it replaces."""
    with translation.override(LANGUAGES.get(language, language)):
        return [
            render_to_string(template, {word: found[key]}).strip()
            for template, word, found in (
                ("look/price.html", "price", seen.prices),
                ("look/ladder.html", "ladder", seen.ladders),
                ("look/card.html", "card", seen.cards),
                ("look/left.html", "left", seen.lefts),
                ("look/when.html", "left", seen.lefts),
                ("look/group_line.html", "group", seen.groups),
                ("look/group.html", "group", seen.groups),
            )
            for key in sorted(found)
        ]


Body = Mapping[str, Any]


def _pieces_moved(what: Changed, body: Body) -> None:
    what.lefts.add(body["offer_id"])
    what.ladders.add(body["sku_id"])
    if body["left"] <= 0:
        what.cards.add(body["offer_id"])  # its button says "sold out" from now on


def _pieces_came_back(what: Changed, body: Body) -> None:
    what.cards.add(body["offer_id"])  # its button may say "buy" again
    what.ladders.add(body["sku_id"])


def _group_moved(what: Changed, body: Body) -> None:
    what.groups.add(body["offer_id"])


def _terms_changed(what: Changed, body: Body) -> None:
    what.cards.add(body["offer_id"])


def _price_changed(what: Changed, body: Body) -> None:
    what.repriced.add(body["sku_id"])


def _cue_given(what: Changed, body: Body) -> None:
    if body.get("offer_id"):
        what.cards.add(body["offer_id"])  # viewers have it before their playhead gets there


Touch = Callable[[Changed, Body], None]
_TOUCHES: Mapping[str, Touch] = {
    "orders_held.v1": _pieces_moved,
    "orders_paid.v1": _pieces_moved,
    "deposits_paid.v1": _pieces_moved,
    "orders_expired.v1": _pieces_came_back,
    "orders_cancelled.v1": _pieces_came_back,
    "stock_released.v1": _pieces_came_back,
    "stock_withdrawn.v1": _pieces_came_back,
    "group_opened.v1": _group_moved,
    "group_joined.v1": _group_moved,
    "group_left.v1": _group_moved,
    "group_formed.v1": _group_moved,
    "group_expired.v1": _group_moved,
    "offer_opened.v1": _pieces_came_back,
    "offer_closed.v1": _terms_changed,
    "times_set.v1": _terms_changed,
    "price_published.v1": _price_changed,
    "cue_given.v1": _cue_given,
}
