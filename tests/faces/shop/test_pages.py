"""Every page of the mall opens, in both languages, for somebody whom nobody knows."""

import re
from collections.abc import Mapping

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from firsthand.catalogue.models import Sku
from firsthand.kit.sql import Queries
from firsthand.people.models import Person
from firsthand.price import card as cards
from firsthand.price import store as price
from firsthand.price.models import PriceVersion
from tests.faces.shop import goods
from tests.faces.shop.conftest import CHINESE, ENGLISH, Maker

PAGES = [
    "/",
    "/c/",
    "/c/lamps/",
    "/c/home/?sort=soon",
    "/c/home/?sort=cheap&power=12",
    "/p/lamp/",
    "/p/lamp/?sku=LAMP-B",
    "/p/floor-lamp/",
    "/p/lamp/buy/?sku=LAMP-W",
    "/search/",
    "/search/?q=台灯",
    "/search/?q=lamp",
    "/shows/",
    "/shows/launch/",
    "/pricing/",
    "/orders/",
    "/guest/",
    "/me/",
    "/door/login/",
    "/door/signup/",
    "/door/password/reset/",
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("headers", "lang"), [(CHINESE, "zh-Hans"), (ENGLISH, "en")])
def test_a_page_opens_in_both_languages(
    page: str, headers: dict[str, str], lang: str, maker: Maker, visitor: Client
) -> None:
    answer = visitor.get(page, headers=headers)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert f'<html lang="{lang}"' in text
    assert "<h1" in text
    assert "{%" not in text
    assert "{{" not in text


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_script_of_its_own_and_says_so(
    page: str, maker: Maker, visitor: Client
) -> None:
    answer = visitor.get(page)
    inline = [
        tag
        for tag in re.findall(r"<script([^>]*)>", answer.content.decode())
        if "src=" not in tag and "application/json" not in tag
    ]
    assert not inline
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_an_english_page_has_no_chinese_but_the_name_and_the_way_to_chinese(
    maker: Maker, visitor: Client
) -> None:
    text = visitor.get("/p/lamp/", headers=ENGLISH).content.decode()
    chinese = set(re.findall(r"[\u4e00-\u9fff]+", text))
    assert chinese <= {"一手", "中文"}


def test_what_is_not_there_is_said_in_words(maker: Maker, visitor: Client) -> None:
    answer = visitor.get("/p/nothing-like-that/", headers=CHINESE)
    assert answer.status_code == 404
    assert "这里什么也没有" in answer.content.decode()


def test_a_product_that_is_not_listed_has_no_page(maker: Maker, visitor: Client) -> None:
    maker.phone.is_listed = False
    maker.phone.save()
    assert visitor.get("/p/phone/").status_code == 404


def test_the_language_can_be_changed_by_a_button_and_stays(maker: Maker, visitor: Client) -> None:
    asked = {"language": "en", "next": "/c/lamps/"}
    answer = visitor.post("/language/", asked, headers=CHINESE)
    assert answer["Location"] == "/c/lamps/"
    assert "Desk lamps" in visitor.get("/c/lamps/", headers=CHINESE).content.decode()


def test_the_front_shows_what_is_on_air_and_who_hosts_it(maker: Maker, visitor: Client) -> None:
    goods.offer(maker.white, show_id=maker.show.pk, released=5)
    text = visitor.get("/", headers=ENGLISH).content.decode()
    assert f'href="/shows/{maker.show.slug}/"' in text
    assert "Founder" in text
    assert "The lamp" in text


def test_shelves_that_are_empty_are_not_shown(maker: Maker, visitor: Client) -> None:
    goods.shelf("cars", "汽车", "Cars")
    assert "汽车" not in visitor.get("/c/", headers=CHINESE).content.decode()
    assert "手机" in visitor.get("/c/", headers=CHINESE).content.decode()


@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ("power=12", "一手台灯", "一手落地灯"),
        ("shade=paper", "一手落地灯", "一手台灯"),
        ("shade=paper&shade=glass", "一手台灯", ""),
        ("nonsense=1&power=", "一手台灯", ""),
    ],
)
def test_a_shelf_is_narrowed_by_what_was_picked(
    query: str, found: str, missing: str, maker: Maker, visitor: Client
) -> None:
    text = visitor.get(f"/c/home/?{query}", headers=CHINESE).content.decode()
    tiles = re.findall(r'class="cover" href="[^"]*">([^<]*)<', text)
    assert found in tiles
    assert missing not in tiles


def test_a_shelf_sorted_by_price_begins_with_the_cheapest(maker: Maker, visitor: Client) -> None:
    dear, cheap = goods.sku(maker.floor_lamp, "FLOOR"), goods.sku(maker.phone, "PHONE")
    goods.price(dear, material_fen=900_000)
    goods.price(cheap, material_fen=1_000)
    shelf = goods.shelf("all", "全部", "All")
    maker.lamps.parent = maker.phones.parent = shelf
    maker.lamps.save()
    maker.phones.save()
    for sort, order in (("cheap", "phone lamp floor-lamp"), ("dear", "floor-lamp lamp phone")):
        text = visitor.get(f"/c/all/?sort={sort}").content.decode()
        assert re.findall(r'class="cover" href="/p/([^/]*)/"', text) == order.split()


def test_a_page_number_that_makes_no_sense_is_the_first_page(maker: Maker, visitor: Client) -> None:
    for number in ("0", "-1", "x", "9" * 40, "２"):
        assert visitor.get(f"/c/lamps/?page={number}").status_code == 200


def test_signs_of_the_search_language_mean_themselves(maker: Maker, visitor: Client) -> None:
    for words in ("%", "_", "\\", "'", "a' or 1=1", "x" * 5_000):
        answer = visitor.get("/search/", {"q": words})
        assert answer.status_code == 200
        assert "一手台灯" not in answer.content.decode()


def test_what_is_searched_for_is_shown_as_text(maker: Maker, visitor: Client) -> None:
    text = visitor.get("/search/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in text


def test_the_product_shows_its_price_part_by_part_and_the_parts_add_up(
    maker: Maker, visitor: Client
) -> None:
    text = visitor.get("/p/lamp/?sku=LAMP-W", headers=ENGLISH).content.decode()
    shown = re.findall(r'part-\w+"><dt>.*?</dt><dd>(.*?)</dd>', text)
    parts = [re.sub(r"<[^>]+>|[¥,]", "", amount) for amount in shown]
    assert len(parts) == 8
    assert sum(round(float(part) * 100) for part in parts) == 199_900


def test_the_ladder_names_the_first_day_with_a_piece_left(maker: Maker, visitor: Client) -> None:
    text = visitor.get("/p/lamp/?sku=LAMP-W").content.decode()
    yours = re.search(r'rung-yours.*?datetime="([^"]*)"', text, re.DOTALL)
    assert yours is not None
    assert yours[1] == goods.in_days(2).isoformat()


def test_a_sku_without_an_offer_cannot_be_ordered(maker: Maker, visitor: Client) -> None:
    text = visitor.get("/p/lamp/?sku=LAMP-B", headers=ENGLISH).content.decode()
    assert "Not on offer at the moment" in text
    assert 'form="buy"' not in text


QUERIES_OF_A_PAGE = 12


@pytest.mark.parametrize("page", ["/", "/c/lamps/", "/p/lamp/", "/search/?q=灯", "/shows/"])
def test_a_full_shelf_costs_no_more_questions_than_an_empty_one(
    page: str,
    maker: Maker,
    visitor: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Queries of kit/sql do not pass Django's cursor, so they are counted apart."""
    asked: list[str] = []
    run = Queries._run

    def counted(self: Queries, name: str, values: Mapping[str, object]) -> object:
        asked.append(name)
        return run(self, name, values)

    monkeypatch.setattr(Queries, "_run", counted)
    visitor.get(page)
    few = len(asked)
    for number in range(15):
        more = goods.product(maker.lamps, f"lamp-{number}", f"灯 {number}", f"Lamp {number}")
        goods.price(goods.sku(more, f"MORE-{number}"))
        goods.rung(Sku.objects.get(code=f"MORE-{number}"), 3, 10)
        maker.lamp.works_with.add(more)
    asked.clear()
    with django_assert_max_num_queries(QUERIES_OF_A_PAGE):
        visitor.get(page)
    assert len(asked) <= few + 1


def test_a_card_that_was_signed_is_found_right_and_one_that_was_changed_is_not(
    maker: Maker, visitor: Client
) -> None:
    row = PriceVersion.objects.get(sku=maker.white)
    card = cards.canonical({"sku": row.sku_id, "price_fen": row.price_fen})
    signer = price.signer()
    row.card, row.key_id, row.signature = card.decode(), signer.key_id, signer.sign(card)
    row.save()
    page = f"/cards/{row.sku_id}/{row.version}/"
    assert "The signature is right." in visitor.get(page, headers=ENGLISH).content.decode()
    said = visitor.get(page.removesuffix("/") + ".json").json()
    assert cards.verify(said["card"].encode(), said["signature"], said["public_key"])
    row.card = row.card.replace("1", "2")
    row.save()
    assert "The signature is not right." in visitor.get(page, headers=ENGLISH).content.decode()
    assert visitor.get(f"/cards/{row.sku_id}/99/").status_code == 404


def test_a_visitor_s_browser_may_show_a_shelf_again_and_a_known_person_s_may_not(
    maker: Maker, visitor: Client
) -> None:
    assert "max-age=15" in visitor.get("/c/lamps/")["Cache-Control"]
    assert "no-store" in visitor.get("/orders/")["Cache-Control"]
    person = Person.objects.create_person(name="Dora")
    visitor.force_login(person, backend="firsthand.people.backends.RoleBackend")
    answer = visitor.get("/c/lamps/")
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer["Vary"]


@pytest.mark.parametrize("sort", ["new", "soon", "cheap", "dear", "nonsense"])
def test_whoever_leafs_too_far_is_on_the_last_page(
    sort: str, maker: Maker, visitor: Client
) -> None:
    for number in range(24):
        goods.product(maker.lamps, f"lamp-{number}", f"灯 {number}", f"Lamp {number}")
    for page in (2, 3, 399):
        text = visitor.get(f"/c/lamps/?sort={sort}&page={page}").content.decode()
        assert len(re.findall(r'class="cover"', text)) == 2
        assert '<span aria-current="page">2</span>' in text
