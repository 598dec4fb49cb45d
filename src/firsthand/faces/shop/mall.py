"""The mall: its front, its shelves, the search and the shows."""

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers

from firsthand.faces.shop import store
from firsthand.look import things
from firsthand.offer.models import Offer
from firsthand.show.models import Presence, Show

FRONT_TILES = 10
FRONT_OFFERS = 3
SHOWS_AT_MOST = 60
WORDS_AT_MOST = 60  # letters of a search; longer ones are cut
FRESH_SECONDS = 15  # how old a shelf may be that a browser shows again


def shelf(request: HttpRequest, template: str, words: Mapping[str, Any]) -> HttpResponse:
    """A page without forms of its own: a browser may show it again for some seconds."""
    response = render(request, template, dict(words))
    patch_cache_control(response, private=True, max_age=FRESH_SECONDS)
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


def home(request: HttpRequest) -> HttpResponse:
    """The front: what is on air, the shelves, what ships first, what is new."""
    tree = store.category_tree()
    on_air = _shows().filter(state=Show.State.ON_AIR).order_by("-on_air_at").first()
    coming = _shows().filter(state=Show.State.DRAFT).order_by("planned_at")[:3]
    words = {
        "at": "home",
        "roots": [root for root in tree.roots if root.products],
        "on_air": on_air,
        "on_air_cards": _cards_of(on_air) if on_air else [],
        "viewers": _viewers([on_air.pk]).get(on_air.pk, 0) if on_air else 0,
        "coming": coming,
        "soonest": store.soonest(FRONT_TILES),
        "newest": store.newest(FRONT_TILES),
    }
    return shelf(request, "shop/home.html", words)


def categories(request: HttpRequest) -> HttpResponse:
    """All shelves on one page."""
    tree = store.category_tree()
    roots = [root for root in tree.roots if root.products]
    return shelf(request, "shop/categories.html", {"at": "categories", "roots": roots})


def category(request: HttpRequest, slug: str) -> HttpResponse:
    """One shelf: what lies on it and on those under it, by facets and in an order."""
    tree = store.category_tree()
    branch = tree.by_slug.get(slug)
    if branch is None:
        raise Http404
    chosen = _chosen(request)
    found = store.find(
        categories=branch.ids(),
        choices=[pair for pair in chosen],
        sort=request.GET.get("sort", "new"),
        page=_page(request),
    )
    words = {
        "at": "categories",
        "branch": branch,
        "path": tree.path(branch),
        "found": found,
        "facets": _toggles(request, store.facets(branch.ids()), chosen),
        "chosen": chosen,
        "sort": request.GET.get("sort", "new"),
    }
    return shelf(request, "shop/category.html", words)


def search(request: HttpRequest) -> HttpResponse:
    """What matches some words, in Chinese or English."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:WORDS_AT_MOST]
    sort = request.GET.get("sort", "match")
    found = store.find(words=words, sort=sort, page=_page(request)) if words else None
    return shelf(
        request,
        "shop/search.html",
        {
            "at": "search",
            "words": words,
            "found": found,
            "sort": sort,
            "roots": [root for root in store.category_tree().roots if root.products],
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
        "viewers": _viewers([show.pk for show in by_state[Show.State.ON_AIR]]),
    }
    return shelf(request, "shop/shows.html", words)


def pricing(request: HttpRequest) -> HttpResponse:
    """How we price: the parts, the pledge, the seal, with an example from the shelves."""
    tile = next(iter(store.newest(1)), None)
    sku_ids = [] if tile is None else list(_sku_ids(tile.pk))
    example = next(iter(things.prices(sku_ids).values()), None)
    return shelf(request, "shop/pricing.html", {"at": "pricing", "tile": tile, "price": example})


def _sku_ids(product_id: int) -> list[int]:
    from firsthand.catalogue.models import Sku

    return list(Sku.objects.filter(product=product_id, is_active=True).values_list("pk", flat=True))


def _shows() -> Any:
    return Show.objects.select_related("host")


def _cards_of(show: Show) -> list[things.Card]:
    offers = Offer.objects.filter(show_id=show.pk, state=Offer.State.OPEN)
    ids = list(offers.order_by("pk").values_list("pk", flat=True)[:FRONT_OFFERS])
    found = things.cards(ids)
    return [found[pk] for pk in ids if pk in found]


def _viewers(show_ids: list[int]) -> dict[int, int]:
    rows = Presence.objects.filter(show__in=show_ids).values_list("show_id").annotate(Sum("viewers"))
    return {show_id: viewers for show_id, viewers in rows}


def _page(request: HttpRequest) -> int:
    number = request.GET.get("page", "1")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1


def _chosen(request: HttpRequest) -> list[tuple[str, str]]:
    """The facts that were chosen: ``?f=colour~White&f=size~27``; what is malformed is ignored."""
    pairs = [word.split("~", 1) for word in request.GET.getlist("f")[:20] if "~" in word]
    return [(code, choice) for code, choice in pairs if "\0" not in code + choice]


def _toggles(
    request: HttpRequest, facets: list[store.Facet], chosen: list[tuple[str, str]]
) -> list[dict[str, Any]]:
    """The facets with, for each choice, the address that takes it or lets it go."""
    return [
        {
            "facet": facet,
            "choices": [
                {
                    "choice": choice,
                    "on": (facet.code, choice.value) in chosen,
                    "query": _toggled(request, f"{facet.code}~{choice.value}"),
                }
                for choice in facet.choices
            ],
        }
        for facet in facets
    ]


def _toggled(request: HttpRequest, word: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    words = query.getlist("f")
    query.setlist("f", [other for other in words if other != word] if word in words else [*words, word])
    return f"?{query.urlencode()}"
