"""A small maker, and a browser that never runs a script."""

from dataclasses import dataclass

import pytest
from django.test import Client

from firsthand.catalogue.models import Category, Product, Sku
from firsthand.offer.models import Offer
from firsthand.show.models import Show
from tests.faces.shop import goods

ENGLISH = {"Accept-Language": "en"}
CHINESE = {"Accept-Language": "zh-CN"}


@dataclass(frozen=True, slots=True)
class Maker:
    """What is for sale in these tests: two lamps and a phone, and a show that is on air."""

    phones: Category
    lamps: Category
    lamp: Product
    floor_lamp: Product
    phone: Product
    white: Sku  # the lamp's; six of it are left, on two days
    offer: Offer  # of the white lamp, in the mall
    show: Show


@pytest.fixture
def maker(db: None) -> Maker:
    home = goods.shelf("home", "家居", "Home")
    lamps = goods.shelf("lamps", "台灯", "Desk lamps", home)
    phones = goods.shelf("phones", "手机", "Phones")
    lamp = goods.product(
        lamps, "lamp", "一手台灯", "The lamp", tagline_zh="不频闪", tagline_en="No flicker"
    )
    floor_lamp = goods.product(lamps, "floor-lamp", "一手落地灯", "The floor lamp")
    phone = goods.product(phones, "phone", "一手手机", "The phone")
    lamp.works_with.add(phone)
    white = goods.sku(lamp, "LAMP-W", "白色", "White", colour="#ffffff")
    black = goods.sku(lamp, "LAMP-B", "黑色", "Black", colour="#111111", position=1)
    for sku in (white, black):
        goods.price(sku)
    goods.rung(white, 2, 4, taken=1)
    goods.rung(white, 6, 3, source="plan")
    offer = goods.offer(white, released=6)
    goods.fact(lamp, "power", "功率", "Power", 12)
    goods.fact(lamp, "shade", "灯罩", "Shade", "glass")
    goods.fact(floor_lamp, "power", "功率", "Power", 18)
    goods.fact(floor_lamp, "shade", "灯罩", "Shade", "paper")
    on_air = goods.show("launch", goods.host(), Show.State.ON_AIR)
    return Maker(phones, lamps, lamp, floor_lamp, phone, white, offer, on_air)


@pytest.fixture
def visitor() -> Client:
    """Somebody whom nobody knows yet; forms that he sends need their token."""
    return Client(enforce_csrf_checks=True)
