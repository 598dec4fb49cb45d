"""The room of a show: the picture, the card, the chat, the shelf. Before, during and after.

The page is whole without its script: the poster, what is on offer with prices and days, and
the way to each product. The island (``web/src/room.ts``) makes it live: the state that
stands in the page has a number, and the socket goes on from there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.vary import vary_on_cookie

from firsthand.catalogue.models import Sku
from firsthand.faces.shop import guests
from firsthand.faces.shop.forms import GuestForm
from firsthand.kit.clock import epoch_ms, now
from firsthand.look import things
from firsthand.order import seats
from firsthand.people.actions import default_address
from firsthand.show import store
from firsthand.show.models import Segment, Show
from firsthand.show.rules import RoomState
from firsthand.show.wire import state_of

SHELF_MAX = 100


@dataclass(frozen=True, slots=True)
class Goods:
    """Something on the shelf of a show, with all that its card and its sheet say."""

    number: int
    card: things.Card
    price: things.Price | None
    ladder: things.Ladder
    siblings: tuple["Sibling", ...]


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another SKU of the same product that is on offer here."""

    offer_id: int
    name: str
    colour: str
    is_this: bool


@never_cache
@vary_on_cookie
def room(request: HttpRequest, slug: str) -> HttpResponse:
    """A show's room; ``?part=shelf`` is its shelf alone, for a page that is open already."""
    show = get_object_or_404(Show.objects.select_related("host", "channel"), slug=slug)
    # The state first, then the looks: what looks a moment newer than its number is still true.
    state = store.snapshot(show.pk)
    goods = _shelf(show, state)
    words: dict[str, Any] = {"show": show, "goods": goods, "at": "shows"}
    if request.GET.get("part") == "shelf":
        return render(request, "shop/room_shelf.html", words)
    person_id = request.user.pk if request.user.is_authenticated else 0
    badge = guests.badge_of(request)
    card = state.card
    words |= {
        "badge": badge,
        "state": state,
        "now_card": next(
            (one.card for one in goods if card and one.card.offer_id == card.offer_id), None
        ),
        "chat": [line for line in state.chat if not line.is_hidden],
        "guest": GuestForm(auto_id="guest-%s"),
        "data": _data(show, state, badge, person_id) | {"join": _join(request, state)},
    }
    return render(request, "shop/room.html", words)


def _join(request: HttpRequest, state: RoomState) -> dict[str, int] | None:
    """The group that somebody's link led to, if it is one of this room."""
    asked = request.GET.get("group", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return None
    group = seats.to_join([int(asked)]).get(int(asked))
    if group is None or group.offer_id not in state.offers:
        return None
    return {"group": group.group_id, "offer": group.offer_id}


def _data(show: Show, state: RoomState, badge: str, person_id: int) -> dict[str, Any]:
    """What the island must know before it hears its first word."""
    media = f"/media/{show.channel.name}"
    return {
        "show": show.pk,
        "title": show.title,
        "seq": state.seq,
        "state": state_of(state, all_cues=state.air == Show.State.ENDED),
        "now_ms": epoch_ms(now()),
        "planned_ms": epoch_ms(show.planned_at),
        "badge": badge,
        "known": bool(person_id and default_address(person_id)),
        "streams": {
            "live": f"{media}/index.m3u8",
            "replay": f"{media}/replay.m3u8",
            "status": f"{media}/status.json",
        },
    }


def _shelf(show: Show, state: RoomState) -> list[Goods]:
    """What is on offer, in the order in which the run sheet comes to it."""
    places: dict[int | None, int] = {}
    for offer_id in Segment.objects.filter(show=show).values_list("offer_id", flat=True):
        places.setdefault(offer_id, len(places))
    order = sorted(state.offers, key=lambda key: (places.get(key, len(places)), key))[:SHELF_MAX]
    cards = things.cards(order)
    sku_ids = {card.sku_id for card in cards.values()}
    prices, ladders = things.prices(sku_ids), things.ladders(sku_ids)
    siblings = _siblings(cards)
    return [
        Goods(
            number=number,
            card=cards[offer_id],
            price=prices.get(cards[offer_id].sku_id),
            ladder=ladders[cards[offer_id].sku_id],
            siblings=siblings[offer_id],
        )
        for number, offer_id in enumerate((key for key in order if key in cards), start=1)
    ]


def _product_of(card: things.Card, skus: Mapping[int, Sku]) -> tuple[int, bool, bool]:
    # The same version, bought alone, by a group, or ahead, is not several versions.
    return skus[card.sku_id].product_id, card.group is not None, card.presale is not None


def _siblings(cards: Mapping[int, things.Card]) -> dict[int, tuple[Sibling, ...]]:
    skus = Sku.objects.in_bulk([card.sku_id for card in cards.values()])
    of_product: dict[tuple[int, bool, bool], list[int]] = {}
    for offer_id, card in cards.items():
        if card.bundle is None:  # a bundle is no version of any product
            of_product.setdefault(_product_of(card, skus), []).append(offer_id)
    return {
        offer_id: tuple(
            Sibling(
                other,
                skus[cards[other].sku_id].name,
                skus[cards[other].sku_id].colour,
                other == offer_id,
            )
            for other in sorted(of_product[_product_of(card, skus)])
        )
        if card.bundle is None
        else ()
        for offer_id, card in cards.items()
    }
