"""A small show with its crew, goods that have a cost sheet, and browsers that are signed in.

    stage = a_stage()                      # two lamps on offer, three segments, not on air yet
    on_air(stage.show)
    browser(stage.director).post(...)

A lamp costs 8,000 fen of material and 20 minutes at 36 yuan an hour; its price is published by the
house's own action, so that changing it is held against the real pledge.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db import transaction
from django.test import Client

from firsthand.factory.models import BomLine, Operation, Part, Plant, WorkCentre
from firsthand.kit.clock import now
from firsthand.offer import actions as offers
from firsthand.offer.actions import Line
from firsthand.offer.models import Offer
from firsthand.people.models import Person
from firsthand.people.rules import Role
from firsthand.price.actions import publish_price
from firsthand.price.models import PriceVersion
from firsthand.show.actions import air, cues, sheet
from firsthand.show.models import Segment, Show
from firsthand.stock import actions as stock_actions
from firsthand.stock import store as stock
from tests import shop

PIECES = 20


@dataclass
class Stage:
    """A show and what belongs to it."""

    show: Show
    offers: list[Offer] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)

    @cached_property
    def director(self) -> Person:
        return crew(Role.DIRECTOR)

    @property
    def lamp(self) -> Offer:
        return Offer.objects.get(pk=self.offers[0].pk)


def crew(role: Role, **words: Any) -> Person:
    """Somebody of the crew, by his office."""
    return Person.objects.create_person(
        name=words.pop("name", role.value.title()), roles=[role.value], **words
    )


def browser(person: Person | None, language: str = "en", *, checks_csrf: bool = False) -> Client:
    """A browser; of somebody who is signed in, or of nobody."""
    client = Client(headers={"accept-language": language}, enforce_csrf_checks=checks_csrf)
    if person is not None:
        client.force_login(person, backend="firsthand.people.backends.RoleBackend")
    return client


def lamp_sku(pieces: int = PIECES) -> Any:
    """A lamp with a bill of material, a routing, a published price, and pieces on the shelf."""
    with transaction.atomic():
        place = shop.place()
        sku = shop.new_sku()
        plant, _ = Plant.objects.get_or_create(
            code="p1", defaults={"name_zh": "一厂", "name_en": "Plant 1", "place": place}
        )
        centre, _ = WorkCentre.objects.get_or_create(
            code="assembly",
            defaults={
                "name_zh": "线",
                "name_en": "Line",
                "plant": plant,
                "kind": "assembly",
                "cost_fen_per_hour": 3600,
                "energy_wh_per_hour": 1000,
            },
        )
        bought = Part.objects.create(
            code=f"B-{sku.pk}", kind="bought", unit_cost_fen=8000, name_zh="件", name_en="Part"
        )
        made = Part.objects.create(
            code=f"M-{sku.pk}", kind="made", sku=sku, plant=plant, name_zh="灯", name_en="Lamp"
        )
        BomLine.objects.create(parent=made, component=bought, quantity=1)
        Operation.objects.create(
            part=made, number=10, work_centre=centre, run_seconds=1200, name_zh="装", name_en="Join"
        )
        stock.open_accounts([sku.pk])
        if pieces:
            stock_actions.receive(sku_id=sku.pk, place=shop.PLACE, quantity=pieces, cause="test")
        shop.promised(sku, stock_pieces=pieces)
        publish_price(sku.pk, reason="first", by=None)
    return sku


def a_stage(*, lamps: int = 2, released: int = 10, slug: str = "lamps") -> Stage:
    """A show in preparation: lamps on offer, a segment for each, and one without."""
    host = crew(Role.HOST, name="Lin Yao")
    with transaction.atomic():
        show = air.plan_show(
            slug=slug,
            title_zh="灯具专场",
            title_en="An evening of lamps",
            host_id=host.pk,
            planned_at=now() + timedelta(hours=1),
        )
    stage = Stage(show)
    for number in range(1, lamps + 1):
        sku = lamp_sku()
        with transaction.atomic():
            ids = offers.open_many(show_id=show.pk, lines=[Line(sku.pk, 5, released)])
            offer = Offer.objects.select_related("sku__product").get(pk=ids[sku.pk])
            stage.offers.append(offer)
            segment = sheet.add_segment(
                show.pk,
                name_zh=f"台灯 {number}",
                name_en=f"Lamp {number}",
                minutes=5,
                offer_id=offer.pk,
            )
            sheet.add_point(
                show.pk, segment.pk, text_zh="我们自己做的", text_en="We made it ourselves"
            )
            stage.segments.append(segment)
    with transaction.atomic():
        stage.segments.append(
            sheet.add_segment(show.pk, name_zh="答疑", name_en="Questions", minutes=10)
        )
    return stage


def on_air(show: Show, *segments: Segment) -> Show:
    """The show begins, and goes through these segments."""
    with transaction.atomic():
        show = air.go_on_air(show.pk)
        for segment in segments:
            cues.begin_segment(show.pk, segment.pk)
    return show


def price_of(offer: Offer) -> PriceVersion:
    """The price that holds."""
    return PriceVersion.objects.get(sku=offer.sku_id, during__upper_inf=True)


def all_roles() -> Iterable[Role]:
    """Every role there is, but the one that may do everything."""
    return [role for role in Role if role is not Role.ADMIN]
