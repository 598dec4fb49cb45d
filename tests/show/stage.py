"""A small show to play with, and the law that every action of a room is held to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest
from django.db import transaction

from firsthand.catalogue.models import Category, Product, Sku
from firsthand.kit import outbox
from firsthand.kit.errors import Refusal
from firsthand.offer.models import Offer
from firsthand.people.models import Person
from firsthand.price.models import PriceVersion
from firsthand.show import store
from firsthand.show.actions import air, sheet
from firsthand.show.models import Show
from firsthand.show.rules import RoomState, apply_all

Answer = TypeVar("Answer")

PRICE_FEN = 16_380


def person(name: str = "王小明", **fields: Any) -> Person:
    return Person.objects.create_person(name=name, **{"roles": ["customer"], **fields})


def planned_show(slug: str = "kettles") -> Show:
    host = person("Lin Yao", roles=["host"])
    with transaction.atomic():
        return air.plan_show(
            slug=slug,
            title_zh="烧水壶专场",
            title_en="An evening of kettles",
            host_id=host.pk,
            planned_at=datetime(2026, 12, 1, 12, tzinfo=UTC),
        )


def show_on_air(slug: str = "kettles", *, offers: int = 0, segments: int = 0) -> Show:
    show = planned_show(slug)
    for number in range(1, offers + 1):
        offer_of(show, number)
    with transaction.atomic():
        for number in range(1, segments + 1):
            sheet.add_segment(show.pk, name_zh=f"第{number}段", name_en=f"Segment {number}")
        return air.go_on_air(show.pk)


def sku_of(name: str) -> Sku:
    category, _ = Category.objects.get_or_create(
        slug="kettles", defaults={"name_zh": "水壶", "name_en": "Kettles"}
    )
    product = Product.objects.create(
        category=category, slug=name, model_number=name, name_zh="水壶", name_en="Kettle"
    )
    return Sku.objects.create(product=product, code=name, name_zh="白", name_en="White")


def offer_of(show: Show, number: int = 1, *, state: str = "open", released: int = 9) -> Offer:
    sku = sku_of(f"{show.slug}-{number}")
    PriceVersion.objects.create(
        sku=sku,
        version=1,
        during=(datetime(2026, 1, 1, tzinfo=UTC), None),
        material_fen=PRICE_FEN,
        labour_fen=0,
        energy_fen=0,
        overhead_fen=0,
        freight_fen=0,
        service_fen=0,
        margin_fen=0,
        tax_fen=0,
        reason="first",
        key_id="k",
        signature="s",
    )
    return Offer.objects.create(show_id=show.pk, sku=sku, state=state, released=released)


def verify_action(show_id: int, act: Callable[[], Answer], *, tells: bool = True) -> Answer:
    """The law of the room: the snapshot before and the facts told make the snapshot after.

    Facts that are heard twice change nothing; an action that TELLS leaves news behind.
    """
    before = store.snapshot(show_id)
    with transaction.atomic():
        answer = act()
    news = outbox.after(f"show:{show_id}", before.seq)
    after = store.snapshot(show_id)
    assert bool(news) is tells, "told nothing" if tells else f"told {news}"
    assert apply_all(before, news) == after
    late = apply_all(_with_number(after, before.seq), news)
    assert late == after, "a fact heard twice changed something"
    return answer


@contextmanager
def refused(code: str) -> Iterator[None]:
    """Whatever is asked within is refused for this reason, and rolled back."""
    with pytest.raises(Refusal) as caught, transaction.atomic():
        yield
    assert caught.value.code == code


def _with_number(state: RoomState, seq: int) -> RoomState:
    return replace(state, seq=seq)
