"""The maker's show: a run sheet of products with what proves each point, and pieces to sell.

It is planned by the same actions as any other. When the show of last time has ended, the
next one is planned from the same sheet, with what the ladder holds by then.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from firsthand.catalogue import models as catalogue
from firsthand.demo.drawings import poster
from firsthand.demo.maker import design
from firsthand.demo.maker.design import say
from firsthand.demo.maker.opening import limit_of
from firsthand.demo.maker.people import crew, find
from firsthand.demo.maker.reading import Fact, Words
from firsthand.kit.clock import now as this_instant
from firsthand.offer import actions as offer
from firsthand.offer.bundle import open_bundle
from firsthand.offer.group_buy import open_group_buy
from firsthand.offer.presale import open_presale
from firsthand.offer.rules import Part as Pieces
from firsthand.offer.rules import off_at_most
from firsthand.price import store as prices
from firsthand.promise import store as ladders
from firsthand.show.actions import air, sheet
from firsthand.show.models import Segment, Show
from firsthand.stock import store as stock
from firsthand.stock.models import ON_OFFER

AIR_TIME = time(20, 0)
POSTERS = "posters"  # under the house's pictures
GROUP_SIZE = 3  # people who buy together in the demo
TIME_FOR_BALANCE = timedelta(days=3)  # after the show's day
DEPOSIT_SHARE = 10  # a deposit is one part in so many of the price, in whole yuan
PRESALE_LEAST = 4  # pieces that must be there to sell half of them ahead
OFFER_SHARE = 0.8  # of what is free on the ladder of something that goes on air


@dataclass(frozen=True, slots=True)
class Point:
    """What is said, and what proves it."""

    text: Words
    evidence: Words


@dataclass(frozen=True, slots=True)
class Part:
    """A segment as it stands in the file."""

    words: Words
    minutes: int
    owner: str
    leaf: str
    pick: int
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Set:
    """Several things that are sold as one: of each shelf's product on the sheet so many."""

    words: Words
    parts: tuple[tuple[str, int], ...]
    off_percent: int  # of what may be off


@dataclass(frozen=True, slots=True)
class Sheet:
    """The run sheet as it stands in the file."""

    slug: str
    title: Words
    parts: tuple[Part, ...]
    together: Set


@cache
def run_sheet() -> Sheet:
    """The run sheet, read once."""
    file = resources.files(__package__) / "show.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return Sheet(
        slug=table["show"]["slug"],
        title=Words(table["show"]["zh"], table["show"]["en"]),
        parts=tuple(
            Part(
                Words(part["zh"], part["en"]),
                part["minutes"],
                part["owner"],
                part.get("leaf", ""),
                part.get("pick", 1),
                tuple(
                    Point(Words(zh, en), Words(proof_zh, proof_en))
                    for zh, en, proof_zh, proof_en in part["points"]
                ),
            )
            for part in table["segment"]
        ),
        together=Set(
            Words(table["set"]["zh"], table["set"]["en"]),
            tuple((leaf, each) for leaf, each in table["set"]["parts"]),
            table["set"]["off_percent"],
        ),
    )


def on_air(products: Sequence[design.Product]) -> frozenset[str]:
    """The model numbers of what the show is about, as far as the maker has them."""
    found = set()
    for part in run_sheet().parts:
        shelf = [one.model_number for one in products if one.leaf.category.slug == part.leaf]
        if shelf:
            found.add(_picked(shelf, part.pick))
    return frozenset(found)


def _picked(model_numbers: Sequence[str], pick: int) -> str:
    """The model that the sheet names, or the last one before it."""
    plain = sorted(number for number in model_numbers if number.count("-") == 1)
    return plain[min(pick, len(plain)) - 1]


def next_show() -> Show:
    """The show that is on air or comes next; one is planned if there is none."""
    own = Show.objects.select_related("channel", "host").filter(slug__startswith=run_sheet().slug)
    for state in (Show.State.ON_AIR, Show.State.DRAFT):
        show = own.filter(state=state).order_by("planned_at").first()
        if show is not None:
            return show
    with transaction.atomic():
        return plan_show()


def plan_show(*, now: datetime | None = None) -> Show:
    """Plan the next show from the sheet: segments, points, offers with pieces on them.

    Runs in the caller's transaction.
    """
    crew()
    now = now or this_instant()
    founder, director = find("founder"), find("director")
    planned_at = _next_evening(now)
    told = run_sheet()
    number = Show.objects.filter(slug__startswith=told.slug).count() + 1
    show = air.plan_show(
        slug=f"{told.slug}-{number}",
        title_zh=told.title.zh,
        title_en=told.title.en,
        host_id=founder.pk,
        planned_at=planned_at,
        poster=_poster(f"{told.slug}-{number}", founder.name),
    )
    first_skus: dict[str, int] = {}
    for part in told.parts:
        product = _product(part) if part.leaf else None
        if part.leaf and product is None:
            continue
        offers = _open(show, product, director.pk) if product else {}
        if offers:
            first_skus[part.leaf] = next(iter(offers))
        segment = sheet.add_segment(
            show.pk,
            name_zh=part.words.zh if product is None or _is(product, part) else product.name_zh,
            name_en=part.words.en if product is None or _is(product, part) else product.name_en,
            minutes=part.minutes,
            owner_id=find(part.owner).pk,
            product_id=product.pk if product else None,
            offer_id=next(iter(offers.values()), None),
        )
        _say(show, segment, part, product)
    _open_set(show, told.together, first_skus, director.pk)
    _open_group_buy(show, list(first_skus.values()), director.pk)
    _open_presale(show, list(first_skus.values()), director.pk, now)
    return show


def _product(part: Part) -> catalogue.Product | None:
    shelf = catalogue.Product.objects.filter(category__slug=part.leaf)
    numbers = list(shelf.values_list("model_number", flat=True))
    if not numbers:
        return None
    return shelf.get(model_number=_picked(numbers, part.pick))


def _is(product: catalogue.Product, part: Part) -> bool:
    """Whether it is the product that the sheet speaks of by name."""
    return part.words.zh.split("：")[0] in product.name_zh


def _open(show: Show, product: catalogue.Product, by: int) -> dict[int, int]:
    """Offers of all SKUs of a product that have a price, with most of what can be promised."""
    sku_ids = list(product.skus.filter(is_active=True).values_list("pk", flat=True))
    tags, free = prices.current(sku_ids), ladders.free(sku_ids)
    taken = _on_offer(sku_ids)
    lines = [
        offer.Line(
            sku_id,
            limit_of(tags[sku_id].price_fen),
            max(0, int((free[sku_id] - taken.get(sku_id, 0)) * OFFER_SHARE)),
        )
        for sku_id in sku_ids
        if sku_id in tags
    ]
    return offer.open_many(show_id=show.pk, lines=lines, by=by) if lines else {}


def _open_set(show: Show, told: Set, first_skus: Mapping[str, int], by: int) -> None:
    """The sheet's set, of half of what its products' own offers have left on the ladder."""
    if any(leaf not in first_skus for leaf, _each in told.parts):
        return
    parts = [Pieces(first_skus[leaf], each) for leaf, each in told.parts]
    sku_ids = [part.sku_id for part in parts]
    tags, free, taken = prices.current(sku_ids), ladders.free(sku_ids), _on_offer(sku_ids)
    whole = min((free[part.sku_id] - taken.get(part.sku_id, 0)) // part.each for part in parts)
    off_fen = off_at_most(parts, tags) * told.off_percent // 100
    open_bundle(
        show_id=show.pk,
        parts=parts,
        name_zh=told.words.zh,
        name_en=told.words.en,
        discount_fen=off_fen // 100 * 100,
        limit_per_person=2,
        quantity=max(0, whole // 2),
        by=by,
    )


def _open_group_buy(show: Show, sku_ids: Sequence[int], by: int) -> None:
    """Three who buy together pay less for what the show has most of, besides its own offers."""
    tags, free, taken = prices.current(sku_ids), ladders.free(sku_ids), _on_offer(sku_ids)
    rest = {sku_id: free[sku_id] - taken.get(sku_id, 0) for sku_id in sku_ids}
    most = max(sku_ids, key=lambda sku_id: rest[sku_id], default=None)
    if most is None or rest[most] < GROUP_SIZE:
        return
    off_fen = off_at_most([Pieces(most, 1)], tags) // 2
    open_group_buy(
        show_id=show.pk,
        sku_id=most,
        group_size=GROUP_SIZE,
        group_minutes=30,
        discount_fen=off_fen // 100 * 100,
        quantity=rest[most] // 2,
        by=by,
    )


def _open_presale(show: Show, sku_ids: Sequence[int], by: int, now: datetime) -> None:
    """A deposit now and the rest within days, for what the show has most of to make after them."""
    last_day = timezone.localdate(show.planned_at) + TIME_FOR_BALANCE
    tags, free, taken = prices.current(sku_ids), ladders.free(sku_ids), _on_offer(sku_ids)
    rungs = ladders.ladders(sku_ids)
    rest = {
        sku_id: min(
            free[sku_id] - taken.get(sku_id, 0),
            sum(rung.free for rung in rungs[sku_id] if rung.ship_by > last_day),
        )
        for sku_id in sku_ids
    }
    most = max(sku_ids, key=lambda sku_id: rest[sku_id], default=None)
    if most is None or rest[most] < PRESALE_LEAST:
        return
    open_presale(
        show_id=show.pk,
        sku_id=most,
        deposit_fen=tags[most].price_fen // DEPOSIT_SHARE // 100 * 100,
        balance_due_at=timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time())),
        now=now,
        limit_per_person=2,
        quantity=rest[most] // 2,
        by=by,
    )


def _on_offer(sku_ids: Sequence[int]) -> dict[int, int]:
    balances = stock.balances(sku_ids)
    return {sku_id: balances[sku_id].get(ON_OFFER, 0) for sku_id in sku_ids}


def _say(show: Show, segment: Segment, part: Part, product: catalogue.Product | None) -> None:
    facts = _facts(product) if product else {}
    for point in part.points:
        text, evidence = say(point.text, facts), say(point.evidence, facts)
        sheet.add_point(
            show.pk,
            segment.pk,
            text_zh=text.zh,
            text_en=text.en,
            evidence_zh=evidence.zh,
            evidence_en=evidence.en,
        )


def _facts(product: catalogue.Product) -> dict[str, Fact]:
    rows = product.facts.filter(sku=None).select_related("attribute")
    return {
        row.attribute.code: row.number
        if row.number is not None
        else Words(row.text_zh, row.text_en)
        for row in rows
    }


def _poster(slug: str, host: str) -> str:
    goods: list[Any] = []
    for part in run_sheet().parts:
        product = _product(part) if part.leaf else None
        sku = product.skus.first() if product else None
        if product is not None and sku is not None:
            goods.append((product.archetype, sku.colour))
    name = f"{POSTERS}/{slug}.svg"
    path = Path(settings.MEDIA_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(poster(host, goods=goods[:4]), encoding="utf-8")
    draft.replace(path)
    return name


def _next_evening(now: datetime) -> datetime:
    local = timezone.localtime(now)
    evening = datetime.combine(local.date(), AIR_TIME, tzinfo=local.tzinfo)
    return evening if evening > now else evening + timedelta(days=1)
