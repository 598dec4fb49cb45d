"""Prices, published: reckoned from the bill of material, signed, told, refused."""

import base64
import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.utils import translation

from firsthand.catalogue.models import Sku
from firsthand.factory.models import BomLine, Part
from firsthand.kit import outbox
from firsthand.kit.errors import Refusal
from firsthand.people.models import Person
from firsthand.price import actions, store
from firsthand.price.events import PricePublished
from firsthand.price.models import PARTS, PricePolicy, PriceVersion, SigningKey
from tests.factory.works import DAY, MONDAY, new_kettle, new_sku, refused

pytestmark = pytest.mark.django_db

# A kettle of the works: material 21.30, labour 2.03, 40 Wh, 500 g. Energy 3 fen; overhead 6 %
# of 23.33: 140; freight 280 + 160; service 1.5 % of 24.76: 38. Together 29.54 yuan.
COST_FEN = 2954


def publish(sku: Sku, *, reason: str = "first", **words: Any) -> PricePublished:
    """A price, published by nobody in particular."""
    with transaction.atomic():
        return actions.publish_price(sku.pk, reason=reason, by=None, **words)


def test_a_price_is_reckoned_from_the_bill_of_material_and_the_routing() -> None:
    kettle = new_kettle()
    told = publish(kettle, margin_bp=400)
    row = PriceVersion.objects.get(sku=kettle)
    assert {part: getattr(row, part) for part in PARTS} == {
        "material_fen": 2130,
        "labour_fen": 203,
        "energy_fen": 3,
        "overhead_fen": 140,
        "freight_fen": 440,
        "service_fen": 38,
        # 4 % are 118, net 30.72, with tax 34.72; 35 yuan would be a margin of 143, and 5 % are
        # 147: so the price is 35 yuan.
        "margin_fen": 143,
        "tax_fen": 403,
    }
    assert told.price_fen == row.price_fen == 3500 == COST_FEN + 143 + 403
    assert (row.version, row.during.upper) == (1, None)
    assert row.middlemen_fen == told.middlemen_fen == 5030  # 30.97 × 1.15 × 1.25 × 1.13
    assert row.assumptions == {"distributor_bp": 1500, "retailer_bp": 2500, "tax_bp": 1300}


def test_the_prices_that_hold_are_read_for_many_skus_at_once() -> None:
    kettles = [new_kettle() for _ in range(3)]
    with transaction.atomic():
        actions.publish_many([one.pk for one in kettles], reason="first", by=None)
    unpriced = new_sku()
    tags = store.current([*(one.pk for one in kettles), unpriced.pk])
    assert set(tags) == {one.pk for one in kettles}
    row = PriceVersion.objects.get(sku=kettles[0])
    assert tags[kettles[0].pk] == (row.pk, 1, row.price_fen, 3339), "the floor as what_if says it"


def test_a_new_price_ends_the_old_one_at_the_same_instant_and_both_are_kept() -> None:
    kettle = new_kettle()
    publish(kettle, price_fen=3500, now=MONDAY)
    publish(kettle, price_fen=3450, now=MONDAY + DAY, reason="cheaper copper")
    new, old = store.history(kettle.pk)
    assert (old.version, new.version) == (1, 2)
    assert old.during.upper == new.during.lower == MONDAY + DAY
    assert store.current([kettle.pk])[kettle.pk].price_fen == 3450
    assert new.reason == "cheaper copper"


def test_a_clock_that_was_set_back_ends_no_price_before_it_began() -> None:
    kettle = new_kettle()
    publish(kettle, price_fen=3500, now=MONDAY)
    publish(kettle, price_fen=3450, now=MONDAY - DAY)
    new, old = store.history(kettle.pk)
    assert new.during.lower == old.during.lower + timedelta(microseconds=1)


def test_it_is_told_on_every_feed_that_is_named_and_on_price() -> None:
    kettle = new_kettle()
    merchandiser = Person.objects.create_person(name="M", roles=["merchandiser"])
    with transaction.atomic():
        actions.publish_price(
            kettle.pk,
            price_fen=3500,
            reason="on air",
            by=merchandiser.pk,
            feeds=["show:88", "mall"],
        )
    for feed in ("price", "show:88", "mall"):
        [news] = outbox.after(feed, 0)
        assert news.name == "price_published.v1"
        assert news.body["sku_id"] == kettle.pk and news.body["price_version"] == 1
        assert sum(news.body["parts"].values()) == news.body["price_fen"] == 3500
        assert (news.body["was_fen"], news.body["by"]) == (None, merchandiser.pk)
    publish(kettle, price_fen=3450)
    assert outbox.after("price", 1)[0].body["was_fen"] == 3500


def test_a_price_that_breaks_the_pledge_or_the_floor_is_not_published() -> None:
    kettle = new_kettle()
    # The roof is 30.54 + 147 = 31.01 net, 35.05 with tax; the floor 29.54 net, 33.39.
    breaches: tuple[tuple[dict[str, Any], str], ...] = (
        ({"price_fen": 3506}, "pledge_broken"),
        ({"margin_bp": 501}, "pledge_broken"),
        ({"price_fen": 3338}, "below_floor"),
        ({"margin_bp": -1}, "below_floor"),
    )
    for words, code in breaches:
        with refused(code):
            publish(kettle, **words)
    assert not PriceVersion.objects.exists() and outbox.last("price") == 0
    publish(kettle, price_fen=3505)
    publish(kettle, price_fen=3339)


def test_the_refusal_says_between_which_prices_one_may_choose() -> None:
    kettle = new_kettle()
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        actions.publish_price(kettle.pk, price_fen=9900, reason="greed", by=None)
    assert refusal.value.status == 409
    assert refusal.value.fields == {
        "lowest_fen": 3339,
        "highest_fen": 3505,
        "pledge_bp": 500,
        "cost_fen": COST_FEN,
    }
    with translation.override("en"):
        assert "at most 5 %" in str(refusal.value) and "35.05 yuan" in str(refusal.value)


@override_settings(MARGIN_PLEDGE_BP=300)
def test_the_pledge_is_a_setting_and_stands_over_the_policy() -> None:
    kettle = new_kettle()
    with refused("pledge_broken"):
        publish(kettle, margin_bp=400)
    publish(kettle)  # the policy's own margin is 5 %, and the pledge 3 %: 3 % it is
    row = PriceVersion.objects.get(sku=kettle)
    assert row.margin_fen <= COST_FEN * 3 // 100


def test_the_price_that_holds_already_is_refused_but_not_the_same_price_of_other_parts() -> None:
    kettle = new_kettle()
    publish(kettle, price_fen=3500)
    with refused("price_unchanged"):
        publish(kettle, price_fen=3500)
    shell = Part.objects.get(code__startswith="shell")
    shell.unit_cost_fen += 10
    shell.save()
    assert publish(kettle, price_fen=3500).price_fen == 3500  # the margin is another one
    assert store.current([kettle.pk])[kettle.pk].version == 2


def test_what_makes_no_sense_is_refused_before_anything_is_read() -> None:
    kettle = new_kettle()
    senseless: dict[str, dict[str, Any]] = {
        "margin_or_price": {"margin_bp": 1, "price_fen": 1},
        "bad_price": {"price_fen": 0},
        "no_reason": {"reason": "  "},
        "long_reason": {"reason": "x" * 201},
    }
    for code, words in senseless.items():
        with refused(code):
            publish(kettle, **words)
    with refused("bad_price"):
        publish(kettle, price_fen=10**12 + 1)
    with refused("no_cost_sheet"):
        publish(new_sku())
    with refused("no_such_sku"), transaction.atomic():
        actions.publish_price(0, reason="first", by=None)


def test_a_bill_that_leads_back_to_itself_has_no_price() -> None:
    kettle = new_kettle()
    board = Part.objects.get(code__startswith="board")
    BomLine.objects.create(parent=board, component=Part.objects.get(sku=kettle), quantity=1)
    with refused("no_cost_sheet", "leads back to itself"):
        publish(kettle)


def test_many_are_published_in_a_fixed_number_of_statements_and_what_stays_is_left_alone() -> None:
    kettles = [new_kettle(assembly_seconds=60 + number) for number in range(5)]
    ids = [one.pk for one in kettles]
    publish(kettles[0])
    with transaction.atomic():
        told = actions.publish_many([*ids, new_sku().pk], reason="first", by=None, feeds=["mall"])
    assert [one.sku_id for one in told] == sorted(ids[1:])
    assert len(outbox.after("mall", 0)) == 4
    assert set(store.current(ids)) == set(ids)
    with transaction.atomic():
        assert actions.publish_many(ids, reason="again", by=None) == []
    with refused("pledge_broken"), transaction.atomic():
        actions.publish_many(ids, reason="greed", by=None, margin_bp=900)
    assert actions.audit_cards() == []


def test_what_if_shows_a_price_without_publishing_it() -> None:
    kettle = new_kettle()
    idea = actions.what_if(kettle.pk, price_fen=3600)
    assert idea.breach == "pledge_broken" and (idea.lowest_fen, idea.highest_fen) == (3339, 3505)
    assert actions.what_if(kettle.pk, margin_bp=400).price.price_fen == 3500
    assert not PriceVersion.objects.exists()


def test_the_card_can_be_checked_by_anybody_with_nothing_of_ours() -> None:
    kettle = new_kettle()
    publish(kettle, price_fen=3500, now=MONDAY)
    document = json.loads(json.dumps(actions.cost_card(kettle.pk)))  # as it comes over the wire
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(document["key"]["public"]))
    key.verify(base64.b64decode(document["signature"]), document["signed"].encode())
    card = json.loads(document["signed"])
    assert card == document["card"]
    assert sum(card["parts"].values()) == card["price_fen"] == 3500
    assert (card["sku"], card["version"], card["since"]) == (
        kettle.code,
        1,
        "2026-11-23T00:00:00+00:00",
    )
    assert card["name"] == {"zh": "铜水壶 1.5 升", "en": "Copper kettle 1.5 l"}
    assert actions.verify_card(document)
    with pytest.raises(InvalidSignature):
        key.verify(base64.b64decode(document["signature"]), b"another text")


def test_a_card_that_was_tampered_with_fails() -> None:
    kettle = new_kettle()
    publish(kettle, price_fen=3500)
    document = actions.cost_card(kettle.pk)
    cheaper = {**document["card"], "price_fen": 3400}
    for spoilt in (
        {**document, "card": cheaper},  # what is shown is not what was signed
        {**document, "signed": document["signed"].replace("3500", "3400")},
        {**document, "signature": document["signature"][::-1]},
        {**document, "key": {**document["key"], "id": "0" * 16}},
        {},
        {"signed": 1, "key": None},
    ):
        assert not actions.verify_card(spoilt)
    assert actions.verify_card(document)


def test_a_row_that_somebody_changed_behind_our_back_is_found() -> None:
    kettle, other = new_kettle(), new_kettle()
    for one in (kettle, other):
        publish(one, price_fen=3500)
    assert actions.audit_cards() == []
    PriceVersion.objects.filter(sku=kettle).update(margin_fen=1, material_fen=2272)
    assert actions.audit_cards() == [(kettle.pk, 1)]


def test_an_older_version_keeps_its_card_when_the_sku_is_renamed_and_the_key_is_another() -> None:
    kettle = new_kettle()
    publish(kettle, price_fen=3500)
    first = SigningKey.objects.get()
    kettle.code = "RENAMED-1"
    kettle.save()
    with transaction.atomic():
        second = actions.rotate_key()
    publish(kettle, price_fen=3450)
    old, new = actions.cost_card(kettle.pk, 1), actions.cost_card(kettle.pk)
    assert (old["key"]["id"], new["key"]["id"]) == (first.key_id, second)
    assert old["card"]["sku"] != new["card"]["sku"] == "RENAMED-1"
    assert old["until"] == new["card"]["since"] and new["until"] is None
    assert actions.verify_card(old) and actions.verify_card(new)
    assert set(store.public_keys()) == {first.key_id, second}
    with refused("no_such_price"):
        actions.cost_card(kettle.pk, 3)


def test_a_key_of_another_secret_signs_nothing_until_it_is_replaced() -> None:
    kettle = new_kettle()
    publish(kettle, price_fen=3500)
    with override_settings(SECRET_KEY="another house"):
        with refused("key_closed"):
            publish(kettle, price_fen=3450)
        with transaction.atomic():
            actions.rotate_key()
        publish(kettle, price_fen=3450)
        assert actions.verify_card(actions.cost_card(kettle.pk))


def test_no_private_half_lies_plain_in_the_table() -> None:
    publish(new_kettle())
    key = SigningKey.objects.get()
    signer = store.signer()
    plain = signer._private.private_bytes_raw()  # the test is about what must not leak
    assert plain not in base64.b64decode(key.sealed)
    assert base64.b64encode(plain).decode() not in key.sealed


def test_the_policy_of_the_office_is_what_is_reckoned_with() -> None:
    kettle = new_kettle()
    PricePolicy.objects.create(overhead_bp=0, tax_bp=600, ending_fen=10, margin_bp=100)
    publish(kettle)
    row = PriceVersion.objects.get(sku=kettle)
    assert row.overhead_fen == 0 and row.price_fen % 10 == 0
    assert row.assumptions["tax_bp"] == 600


def test_the_table_lets_no_two_prices_hold_at_once() -> None:
    kettle = new_kettle()
    publish(kettle, price_fen=3500)
    row = PriceVersion.objects.get(sku=kettle)
    row.pk, row.version, row._state.adding = None, 2, True
    with pytest.raises(IntegrityError, match="one_price"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_two_who_change_a_price_at_once_are_both_served_one_after_the_other() -> None:
    kettle = new_kettle()
    together = threading.Barrier(2)
    faults: list[BaseException] = []

    def change(price_fen: int) -> None:
        try:
            together.wait(10)
            publish(kettle, price_fen=price_fen)
        except BaseException as fault:  # noqa: BLE001 - looked at below
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=(3400 + 10 * n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert faults == []
    assert [one.version for one in store.history(kettle.pk)] == [2, 1]
    assert SigningKey.objects.count() == 1  # both found none, and one of them made it
    assert actions.audit_cards() == []
