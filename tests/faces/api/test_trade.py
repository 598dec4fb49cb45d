"""Offers, prices, promises, the catalogue and orders, by a program."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from firsthand.kit.clock import now
from firsthand.offer.models import Offer
from firsthand.order.actions import fulfilment
from firsthand.order.actions.settle import settle
from firsthand.order.models import GroupSeat, Order
from firsthand.people.rules import Role
from firsthand.price.models import PriceVersion
from tests import shop
from tests.faces.api.caller import Caller
from tests.faces.studio.stage import PIECES, Stage, a_stage, crew, lamp_sku, price_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return a_stage(lamps=1)


@pytest.fixture
def director() -> Caller:
    return Caller(crew(Role.DIRECTOR))


def test_a_group_buy_is_opened_and_its_groups_are_told(stage: Stage, director: Caller) -> None:
    sku = lamp_sku()
    address = f"/shows/{stage.show.pk}/group-buys"
    terms = {"sku": sku.code, "group_size": 2, "group_minutes": 30, "quantity": 4}
    made = director.post(address, {**terms, "discount_fen": 1_00})
    assert made.status == 201
    full_fen = PriceVersion.objects.get(sku=sku).price_fen
    assert (made.words["kind"], made.words["price_fen"]) == ("group", full_fen - 1_00)
    assert made.words["group"] == {
        **{"size": 2, "minutes": 30, "opened": 0, "forming": 0},
        **{"formed": 0, "expired": 0, "paid": 0, "brought": 0},
    }
    offer = Offer.objects.get(pk=made.words["id"])
    ann, bob, eve = shop.people(3)

    def seat(person: object, group_id: int | None = None) -> Order:
        wish = shop.press(person, offer, price_fen=full_fen - 1_00, group_id=group_id)  # type: ignore[arg-type]
        with transaction.atomic():
            [answer] = settle([wish], now())
        assert answer.hold is not None
        return Order.objects.get(number=answer.hold.number)

    first = seat(ann)
    second = seat(bob, GroupSeat.objects.get(order=first).group_id)
    for order in (first, second):
        shop.hear(shop.webhook(order))
    seat(eve)
    told = director.get(f"/offers/{offer.pk}").words["group"]
    assert told == {
        **{"size": 2, "minutes": 30, "opened": 2, "forming": 1},
        **{"formed": 1, "expired": 0, "paid": 2, "brought": 1},
    }
    assert director.post(address, terms).code == "open_already"
    assert director.post(address, {**terms, "sku": "none"}).code == "no_such_sku"
    other = {**terms, "sku": lamp_sku().code}
    assert director.post(address, {**other, "discount_fen": full_fen}).code == "below_floor"
    assert director.post(address, {**other, "group_size": 1}).status == 422


def test_a_sku_goes_on_offer_with_pieces_and_a_limit(stage: Stage, director: Caller) -> None:
    sku = lamp_sku()
    address = f"/shows/{stage.show.pk}/offers"
    made = director.post(address, {"sku": sku.code, "quantity": 4, "limit_per_person": 2})
    assert made.status == 201
    assert (made.words["left"], made.words["limit_per_person"]) == (4, 2)
    assert made.words["price_fen"] == PriceVersion.objects.get(sku=sku).price_fen
    assert director.get(address).words["total"] == 2
    assert director.get(f"/offers/{made.words['id']}").words == made.words
    assert director.post(address, {"sku": sku.code}).code == "open_already"
    assert director.post(address, {"sku": "none"}).code == "no_such_sku"
    assert director.post(address, {"sku": shop.new_sku().code}).code == "no_price"
    assert director.post("/shows/999999/offers", {"sku": sku.code}).code == "no_such_show"
    assert director.get("/shows/0/offers").words["total"] == 0, "show 0 is the mall"
    mall = director.post("/shows/0/offers", {"sku": lamp_sku().code, "quantity": 1})
    assert mall.words["show_id"] == 0
    shop.assert_the_books_agree()


def test_pieces_come_and_go_as_far_as_they_are_promised(stage: Stage, director: Caller) -> None:
    address = f"/offers/{stage.lamp.pk}"
    assert director.post(f"{address}/release", {"quantity": 10}).words["left"] == PIECES
    refused = director.post(f"{address}/release", {"quantity": 1})
    assert (refused.status, refused.code, refused.words["most"]) == (409, "not_promised", 0)
    assert director.post(f"{address}/withdraw", {"quantity": 15}).words["left"] == 5
    assert director.post(f"{address}/withdraw", {"quantity": 6}).code == "taken_already"
    assert director.post(f"{address}/limit", {"limit_per_person": 3}).words["limit_per_person"] == 3
    assert director.post(f"{address}/limit", {"limit_per_person": 0}).code == "wrong_input"
    times = {"opens_at": "2026-12-01T20:00:00+08:00", "closes_at": None}
    told = director.post(f"{address}/times", times).words
    assert (told["opens_at"], told["closes_at"]) == ("2026-12-01T12:00:00Z", None)
    assert told["waiting"] == 0
    times["closes_at"] = "2026-12-01T20:00:00+08:00"
    assert director.post(f"{address}/times", times).code == "bad_times"
    closed = director.post(f"{address}/close").words
    assert (closed["state"], closed["left"]) == ("closed", 0)
    assert director.post(f"{address}/close").status == 200, "closing twice changes nothing"
    assert director.post(f"{address}/release", {"quantity": 1}).code == "closed"
    assert director.post("/offers/999999/release", {"quantity": 1}).code == "no_such_offer"
    shop.assert_the_books_agree()


def test_a_price_is_open_to_everybody_part_by_part(stage: Stage) -> None:
    visitor, code = Caller(), stage.offers[0].sku.code
    price = visitor.get(f"/skus/{code}/price").words
    assert sum(price["parts"].values()) == price["price_fen"] == price_of(stage.lamp).price_fen
    card = visitor.get(f"/skus/{code}/card").words
    assert card["card"]["price_fen"] == price["price_fen"]
    assert visitor.post("/cards/verify", card).words == {"genuine": True}
    forged = {**card, "signed": card["signed"].replace("1", "2")}
    assert visitor.post("/cards/verify", forged).words == {"genuine": False}
    assert visitor.get(f"/skus/{code}/card?version=9").code == "no_such_price"
    assert visitor.get("/skus/none/price").code == "no_such_sku"
    assert visitor.get(f"/skus/{shop.new_sku().code}/price").code == "no_such_price"


def test_a_price_is_changed_within_the_pledge_and_no_further(
    stage: Stage, director: Caller
) -> None:
    code = stage.offers[0].sku.code
    price_fen = price_of(stage.lamp).price_fen
    tried = director.post(f"/skus/{code}/prices/what-if", {"price_fen": price_fen * 2}).words
    assert tried["breach"] == "pledge_broken"
    assert tried["lowest_fen"] < price_fen <= tried["highest_fen"]
    address = f"/skus/{code}/prices"
    reason = {"reason": "tonight"}
    for wrong, bound in ((price_fen * 2, "highest_fen"), (1000, "lowest_fen")):
        refused = director.post(address, {"price_fen": wrong, **reason})
        assert refused.status == 409
        assert refused.words[bound] == tried[bound]
    assert price_of(stage.lamp).price_fen == price_fen
    published = director.post(
        address, {"price_fen": tried["lowest_fen"], "show_id": stage.show.pk, **reason}
    )
    assert published.status == 201
    assert (published.words["version"], published.words["price_fen"]) == (2, tried["lowest_fen"])
    assert [one["version"] for one in Caller().get(address).words["items"]] == [2, 1]
    assert director.post(address, {"price_fen": tried["lowest_fen"], **reason}).code == (
        "price_unchanged"
    )
    assert director.post(address, {"price_fen": 1, "margin_bp": 1, **reason}).code == (
        "margin_or_price"
    )
    assert director.post(address, {"margin_bp": 100}).code == "wrong_input", "a reason is needed"
    assert director.post(address, {"margin_bp": 100, "show_id": 10**9, **reason}).code == (
        "no_such_show"
    )
    by_margin = director.post(address, {"margin_bp": 500, **reason})
    assert by_margin.status == 201


def test_the_day_is_told_before_anything_is_pressed(stage: Stage) -> None:
    visitor, code = Caller(), stage.offers[0].sku.code
    ladder = visitor.get(f"/skus/{code}/ladder").words
    assert ladder["free"] == PIECES
    assert ladder["rungs"] == [{"ship_by": shop.SOON.isoformat(), "free": PIECES}]
    quote = visitor.get(f"/skus/{code}/quote?quantity=3").words
    assert quote["ship_by"] == shop.SOON.isoformat()
    assert quote["price_fen"] == 3 * price_of(stage.lamp).price_fen
    assert visitor.get(f"/skus/{code}/quote?quantity={PIECES + 1}").words["ship_by"] is None
    assert visitor.get(f"/skus/{code}/quote?quantity=0").status == 422


def test_the_catalogue_is_open_to_everybody(stage: Stage) -> None:
    visitor, product = Caller(), stage.offers[0].sku.product
    tree = visitor.get("/categories").words
    assert [(one["slug"], one["parent"]) for one in tree] == [("kettles", None)]
    found = visitor.get(f"/products?search={product.name_zh}").words
    assert [one["slug"] for one in found["items"]] == [product.slug]
    assert found["items"][0]["skus"][0]["price_fen"] == price_of(stage.lamp).price_fen
    shelf = visitor.get("/products?category=kettles&limit=1").words
    assert (len(shelf["items"]), shelf["total"]) == (1, 1)
    assert visitor.get("/products?limit=1").words == shelf, "all there is stands below the kettles"
    whole = visitor.get(f"/products/{product.slug}").words
    assert whole["name"] == {"zh": product.name_zh, "en": product.name_en}
    assert visitor.get("/products/none").code == "no_such_product"
    assert visitor.get("/products?category=none").code == "no_such_category"
    assert visitor.get("/products?limit=61").status == 422


def test_the_catalogue_goes_out_and_comes_in_again(stage: Stage) -> None:
    merchandiser = Caller(crew(Role.MERCHANDISER))
    out = merchandiser.get("/catalogue/export.xlsx")
    assert out.response["Content-Disposition"].endswith('.xlsx"')
    book = load_workbook(io.BytesIO(out.words))
    assert {"products", "skus"} <= set(book.sheetnames)
    assert merchandiser.get("/catalogue/export.zip").words[:2] == b"PK"
    tried = merchandiser.upload("/catalogue/import?dry_run=true", _file(out.words))
    assert (tried.status, tried.words["written"], tried.words["errors"]) == (200, False, [])
    taken = merchandiser.upload("/catalogue/import", _file(out.words))
    assert (taken.status, taken.words["written"]) == (200, True)


def test_one_wrong_cell_and_nothing_of_the_file_is_taken() -> None:
    merchandiser = Caller(crew(Role.MERCHANDISER))
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "categories"
    sheet.append(["slug", "name_zh", "name_en"])
    sheet.append(["lamps", "灯", "Lamps"])
    sheet.append(["NOT A SLUG", "壶", "Kettles"])
    data = io.BytesIO()
    book.save(data)
    refused = merchandiser.upload("/catalogue/import", _file(data.getvalue()))
    assert (refused.status, refused.words["written"]) == (422, False)
    assert refused.words["errors"][0]["row"] == 3
    assert Caller().get("/categories").words == []
    nonsense = merchandiser.upload("/catalogue/import", _file(b"not a spreadsheet"))
    assert nonsense.status == 422
    assert merchandiser.call("post", "/catalogue/import").status == 422, "no file at all"


def test_an_order_is_seen_by_its_buyer_and_by_care_and_by_nobody_else(stage: Stage) -> None:
    buyer, stranger = shop.people(2)
    order = _ordered(stage, buyer)
    mine = Caller(buyer)
    assert mine.get("/orders").words["items"][0]["number"] == order.number
    whole = mine.get(f"/orders/{order.number}").words
    assert (whole["state"], whole["can_pay"], whole["delivery"]) == ("held", True, None)
    assert Caller(stranger).get(f"/orders/{order.number}").code == "no_such_order"
    assert Caller(stranger).get("/orders").words["total"] == 0
    assert Caller(stranger).post(f"/orders/{order.number}/cancel").status == 404
    assert Caller(crew(Role.CARE)).get(f"/orders/{order.number}").status == 200
    assert Caller(crew(Role.HOST)).get(f"/orders/{order.number}").code == "no_such_order"


def test_a_buyer_cancels_and_everything_goes_back(stage: Stage) -> None:
    [buyer] = shop.people(1)
    order = _ordered(stage, buyer)
    assert stage.lamp.taken == 1
    assert Caller(buyer).post(f"/orders/{order.number}/cancel").words["state"] == "cancelled"
    assert stage.lamp.taken == 0
    assert Caller(buyer).post(f"/orders/{order.number}/cancel").code == "too_late_to_cancel"
    shop.assert_the_books_agree()


def test_care_looks_orders_up_ships_and_gives_money_back(stage: Stage) -> None:
    [buyer] = shop.people(1)
    order = _ordered(stage, buyer)
    care = Caller(crew(Role.CARE))
    address = f"/orders/{order.number}"
    assert care.post(f"{address}/ship", {"carrier": "SF"}).code == "not_now"
    shop.hear(shop.webhook(order))
    fulfilment.allocate(now())
    found = care.get(f"/care/orders?state=ready&show_id={stage.show.pk}").words
    assert [one["number"] for one in found["items"]] == [order.number]
    assert care.get(f"/care/orders?person_id={buyer.pk + 1000}").words["total"] == 0
    yesterday = timezone.localdate() - timedelta(days=1)
    assert care.get(f"/care/orders?ship_by={yesterday}").words["total"] == 0
    assert care.get("/care/orders?state=lost").status == 422
    assert care.post(f"{address}/refund", {"amount_fen": 1}).code == "cancel_instead"
    shipped = care.post(f"{address}/ship", {"carrier": "SF", "tracking_number": "SF1"}).words
    assert (shipped["state"], shipped["delivery"]["tracking_number"]) == ("shipped", "SF1")
    assert care.post(f"{address}/deliver").words["state"] == "delivered"
    assert care.post(f"{address}/deliver").code == "not_now"
    back = care.post(f"{address}/refund", {"amount_fen": 100})
    assert (back.status, back.words["amount_fen"]) == (201, 100)
    assert care.post(f"{address}/refund", {"amount_fen": 10**12}).status in (409, 422)
    for deed in ("ship", "deliver", "refund"):
        body = {"ship": {"carrier": "x"}, "refund": {"amount_fen": 1}}.get(deed, {})
        assert care.post(f"/orders/NONE/{deed}", body).code == "no_such_order"


def test_who_one_is_and_ones_keys() -> None:
    person = crew(Role.HOST)
    caller = Caller(person)
    me = caller.get("/me").words
    assert (me["roles"], me["deeds"]) == (["host"], ["show.prompt", "report.read"])
    [key] = caller.get("/tokens").words
    assert "digest" not in key
    assert caller.delete(f"/tokens/{key['id'] + 999}").code == "no_such_token"
    others = Caller(crew(Role.HOST))
    assert others.delete(f"/tokens/{key['id']}").code == "no_such_token"
    assert caller.delete(f"/tokens/{key['id']}").status == 200
    assert caller.get("/me").code == "unauthorized"


def _ordered(stage: Stage, buyer: Any) -> Order:
    price = price_of(stage.lamp)
    from django.db import transaction

    from firsthand.order.actions.settle import settle

    press = shop.press(buyer, stage.lamp, price_fen=price.price_fen, price_version=price.version)
    with transaction.atomic():
        [answer] = settle([press], now())
    assert answer.hold is not None, answer
    return Order.objects.get(number=answer.hold.number)


def _file(data: bytes) -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = "catalogue.xlsx"
    return file


def test_several_skus_go_on_offer_as_one(stage: Stage, director: Caller) -> None:
    hub, bulb = lamp_sku(), lamp_sku()
    address = f"/shows/{stage.show.pk}/bundles"
    parts = [{"sku": hub.code}, {"sku": bulb.code, "each": 2}]
    made = director.post(address, {"parts": parts, "quantity": 4, "discount_fen": 100})
    assert made.status == 201
    whole = sum(
        each * PriceVersion.objects.get(sku=sku).price_fen for sku, each in ((hub, 1), (bulb, 2))
    )
    told = made.words
    assert (told["kind"], told["left"], told["price_fen"]) == ("bundle", 4, whole - 100)
    assert [(part["sku"], part["each"]) for part in told["parts"]] == [
        (hub.code, 1),
        (bulb.code, 2),
    ]
    assert director.get(f"/offers/{told['id']}").words == told
    low = director.post(address, {"parts": parts, "discount_fen": 10**9})
    assert low.code == "below_floor" and low.words["most_fen"] > 0
    assert director.post(address, {"parts": parts[:1]}).status == 422
    unknown = director.post(address, {"parts": [*parts, {"sku": "none"}]})
    assert (unknown.code, unknown.words["sku"]) == ("no_such_sku", "none")
    assert director.post(f"/offers/{told['id']}/withdraw", {"quantity": 1}).words["left"] == 3
    for_less = director.post(
        f"/shows/{stage.show.pk}/offers", {"sku": hub.code, "quantity": 1, "discount_fen": 50}
    )
    assert for_less.words["price_fen"] == PriceVersion.objects.get(sku=hub).price_fen - 50
    shop.assert_the_books_agree()


def test_a_presale_is_opened_and_its_deposits_are_told(stage: Stage, director: Caller) -> None:
    sku = lamp_sku()
    address = f"/shows/{stage.show.pk}/presales"
    due = shop.TODAY + timedelta(days=1)
    terms = {
        "sku": sku.code,
        "deposit_fen": 1_00,
        "balance_due_at": f"{due}T20:00:00+08:00",
        "deposit_is_kept": True,
        "quantity": 1,
    }
    made = director.post(address, terms)
    assert made.status == 201, made.words
    full_fen = PriceVersion.objects.get(sku=sku).price_fen
    presale = made.words["presale"]
    assert (made.words["kind"], presale["balance_fen"]) == ("presale", full_fen - 1_00)
    assert (presale["deposit_is_kept"], presale["deposits"]) == (True, 0)
    offer = Offer.objects.get(pk=made.words["id"])
    [ann] = shop.people(1)
    with transaction.atomic():
        [answer] = settle([shop.press(ann, offer, price_fen=full_fen)], now())
    assert answer.hold is not None
    order = Order.objects.get(number=answer.hold.number)
    shop.hear(shop.webhook(order))
    told = director.get(f"/offers/{offer.pk}").words["presale"]
    assert (told["deposits"], told["deposits_fen"], told["balances"]) == (1, 1_00, 0)
    care = Caller(crew(Role.CARE))
    whole = care.get(f"/orders/{order.number}").words
    assert (whole["state"], whole["due_fen"]) == ("deposited", full_fen - 1_00)
    assert whole["deposit"]["would_be_kept"]
    assert [one["number"] for one in care.get("/care/orders?state=deposited").words["items"]] == [
        order.number
    ]
    assert director.post(address, terms).code == "open_already"
    assert director.post(address, {**terms, "sku": "none"}).code == "no_such_sku"
    other = {**terms, "sku": lamp_sku().code, "deposit_fen": full_fen}
    assert director.post(address, other).code == "bad_deposit"


def test_an_order_of_a_bundle_says_what_is_in_it() -> None:
    hub, bulb = shop.goods(on_hand=2), shop.goods(on_hand=4)
    [ann] = shop.people(1)
    order = shop.held(ann, shop.bundle((hub, 1), (bulb, 2), quantity=2, discount_fen=1_00))
    told = Caller(ann).get(f"/orders/{order.number}").words
    assert [(part["sku"], part["quantity"]) for part in told["parts"]] == [
        (hub.code, 1),
        (bulb.code, 2),
    ]
    assert sum(part["amount_fen"] for part in told["parts"]) == told["amount_fen"]
