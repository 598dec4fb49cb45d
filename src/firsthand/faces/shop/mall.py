"""The mall: its front, its shelves, the search and the shows."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control, patch_vary_headers

from firsthand.catalogue import store as catalogue
from firsthand.catalogue.models import Category, Sku
from firsthand.catalogue.rules import read_picks
from firsthand.faces.shop import facets, store
from firsthand.look import things
from firsthand.offer.models import Offer
from firsthand.show.models import Show

FRONT_TILES = 10
FRONT_OFFERS = 3
COMING_SHOWN = 4
SHOWS_AT_MOST = 60
NOT_FACETS = frozenset({"page", "sort", "q"})  # words of an address that pick no fact
FRESH_SECONDS = 15  # how old a shelf may be that a browser shows again


def shelf(request: HttpRequest, template: str, words: Mapping[str, Any]) -> HttpResponse:
    """A page without forms of its own. A visitor's browser may show it again for some seconds.

    Whoever is known reads it anew each time: his name and his messages stand on it.
    """
    response = render(request, template, dict(words))
    if request.user.is_authenticated:
        patch_cache_control(response, private=True, no_cache=True)
    else:
        patch_cache_control(response, private=True, max_age=FRESH_SECONDS)
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


def home(request: HttpRequest) -> HttpResponse:
    """The front: what is on air, the shelves, what ships first, what is new."""
    on_air = _shows().filter(state=Show.State.ON_AIR).order_by("-on_air_at").first()
    words = {
        "at": "home",
        "shelves": store.shelves(depth=1),
        "on_air": on_air,
        "on_air_cards": _cards_of(on_air) if on_air else [],
        "coming": _shows().filter(state=Show.State.DRAFT).order_by("planned_at")[:COMING_SHOWN],
        "soonest": store.soonest(FRONT_TILES),
        "newest": store.newest(FRONT_TILES),
    }
    return shelf(request, "shop/home.html", words)


def categories(request: HttpRequest) -> HttpResponse:
    """All shelves on one page."""
    return shelf(request, "shop/categories.html", {"at": "categories", "shelves": store.shelves()})


def category(request: HttpRequest, slug: str) -> HttpResponse:
    """One shelf: what lies on it and on those under it, by facets and in an order."""
    branch = get_object_or_404(Category, slug=slug)
    asked = {code: words for code, words in request.GET.lists() if code not in NOT_FACETS}
    picks = read_picks(asked, catalogue.facetable()) if asked else []
    sort = request.GET.get("sort", "new")
    words = {
        "at": "categories",
        "branch": branch,
        "path": catalogue.path(branch.pk),
        "below": store.shelves(branch.pk, depth=1),
        "found": store.on_shelf(branch.pk, picks, sort=sort, page=_page(request)),
        "facets": facets.choosable(request.GET, catalogue.facets(branch.pk, picks)),
        "chosen": len(picks),
        "cleared": facets.cleared(request.GET, keep=NOT_FACETS),
        "sort": sort,
    }
    return shelf(request, "shop/category.html", words)


def search(request: HttpRequest) -> HttpResponse:
    """What matches some words, in Chinese or English, in full or in part."""
    words = request.GET.get("q", "").replace("\0", "").strip()[: catalogue.QUESTION_MAX]
    found = store.sought(words, page=_page(request)) if words else None
    return shelf(
        request,
        "shop/search.html",
        {
            "at": "search",
            "words": words,
            "found": found,
            "named": catalogue.categories_named(words) if words else [],
            "shelves": [] if found and found.total else store.shelves(depth=1),
        },
    )


def shows(request: HttpRequest) -> HttpResponse:
    """The shows: on air, to come, and those one can watch again."""
    listed = list(_shows().order_by("-planned_at")[:SHOWS_AT_MOST])
    by_state: dict[str, list[Show]] = {state: [] for state in Show.State.values}
    for show in listed:
        by_state[show.state].append(show)
    words = {
        "at": "shows",
        "on_air": by_state[Show.State.ON_AIR],
        "coming": by_state[Show.State.DRAFT][::-1],
        "ended": by_state[Show.State.ENDED],
    }
    return shelf(request, "shop/shows.html", words)


def pricing(request: HttpRequest) -> HttpResponse:
    """How we price: the parts, the pledge, the seal, with an example from the shelves."""
    tile = next((tile for tile in store.newest(FRONT_TILES) if tile.price_fen), None)
    skus = Sku.objects.filter(product=tile.pk, is_active=True) if tile else Sku.objects.none()
    example = next(iter(things.prices(skus.values_list("pk", flat=True)).values()), None)
    return shelf(request, "shop/pricing.html", {"at": "pricing", "tile": tile, "price": example})


def _shows() -> QuerySet[Show]:
    return Show.objects.select_related("host")


def _cards_of(show: Show) -> list[things.Card]:
    offers = Offer.objects.filter(show_id=show.pk, state=Offer.State.OPEN)
    ids = list(offers.order_by("pk").values_list("pk", flat=True)[:FRONT_OFFERS])
    found = things.cards(ids)
    return [found[pk] for pk in ids if pk in found]


def _page(request: HttpRequest) -> int:
    number = request.GET.get("page", "1")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
