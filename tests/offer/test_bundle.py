"""What a bundle may be opened with; what one unit costs, and how that is shared."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.kit import outbox
from firsthand.offer.bundle import open_bundle
from firsthand.offer.models import Offer, OfferPart
from firsthand.offer.rules import Part, Terms, off_at_most, shares_fen, unit_fen, whole_fen
from firsthand.stock import store as stock
from tests.shop import FEED, PRICE_FEN, SHOW, bundle, goods, new_sku, refused


class Tag(NamedTuple):
    price_fen: int
    floor_fen: int


def terms_of(parts: list[Part], discount_fen: int) -> Terms:
    return Terms(
        7, SHOW, parts[0].sku_id, "open", 5, None, None, 9, 0, "bundle", discount_fen,
        parts=tuple(parts),
    )  # fmt: skip


tags = st.builds(
    lambda floor, room: Tag(floor + room, floor), st.integers(0, 10**6), st.integers(0, 10**5)
)
bundles = st.lists(st.tuples(st.integers(1, 100), tags), min_size=1, max_size=12).map(
    lambda rows: (
        [Part(n, each) for n, (each, _tag) in enumerate(rows)],
        {n: tag for n, (_each, tag) in enumerate(rows)},
    )
)


@given(bundles, st.integers(0, 10**7))
def test_the_shares_of_the_parts_add_up_to_the_price_and_none_is_below_its_floor(
    made: tuple[list[Part], dict[int, Tag]], discount_fen: int
) -> None:
    parts, its = made
    price_fen = unit_fen(terms_of(parts, discount_fen), its)
    assert price_fen is not None
    shares = shares_fen(parts, its, price_fen)
    assert sum(shares) == price_fen
    for part, share in zip(parts, shares, strict=True):
        tag = its[part.sku_id]
        assert part.each * tag.floor_fen <= share <= part.each * tag.price_fen


@given(bundles, st.integers(0, 10**7))
def test_a_unit_costs_its_parts_less_what_is_off_and_never_less_than_their_floors(
    made: tuple[list[Part], dict[int, Tag]], discount_fen: int
) -> None:
    parts, its = made
    whole = whole_fen(parts, its)
    floors = sum(part.each * its[part.sku_id].floor_fen for part in parts)
    assert unit_fen(terms_of(parts, discount_fen), its) == max(whole - discount_fen, floors)
    assert off_at_most(parts, its) == whole - floors


def test_a_hub_and_two_bulbs_cost_twenty_yuan_less() -> None:
    """¥199 + 2 × ¥49 = ¥297; the floors lie at ¥185 + 2 × ¥42.50 = ¥270."""
    parts = [Part(1, 1), Part(2, 2)]
    its = {1: Tag(199_00, 185_00), 2: Tag(49_00, 42_50)}
    assert off_at_most(parts, its) == 27_00
    assert unit_fen(terms_of(parts, 20_00), its) == 277_00
    # 14 of the 27 yuan of room are the hub's, and so are 10.37 of the 20 yuan.
    assert shares_fen(parts, its, 277_00) == [188_63, 88_37]
    assert unit_fen(terms_of(parts, 99_00), its) == 270_00


def test_without_a_price_of_every_part_there_is_no_price() -> None:
    assert unit_fen(terms_of([Part(1, 1), Part(2, 2)], 0), {1: Tag(5, 4)}) is None


@pytest.mark.django_db
def test_a_bundle_is_opened_with_its_parts_and_told_at_its_price() -> None:
    hub, bulb = goods(on_hand=3), goods(on_hand=6)
    offer = bundle((hub, 1), (bulb, 2), quantity=3, discount_fen=20_00, limit_per_person=2)
    assert (offer.kind, offer.sku_id, offer.released) == (Offer.Kind.BUNDLE, hub.pk, 3)
    assert list(OfferPart.objects.values_list("sku_id", "each")) == [(hub.pk, 1), (bulb.pk, 2)]
    opened, released = outbox.after(FEED, 0, 10)
    assert opened.body["price_fen"] == 3 * PRICE_FEN - 20_00
    assert (released.body["quantity"], released.body["planned"]) == (3, 0)
    balances = stock.balances([hub.pk, bulb.pk])
    assert [balances[sku.pk]["on_offer"] for sku in (hub, bulb)] == [3, 6]


@pytest.mark.django_db
def test_of_a_bundle_that_is_still_to_be_made_so_many_are_planned() -> None:
    hub, bulb = goods(on_hand=3), goods(on_hand=1, plan=4)
    bundle((hub, 1), (bulb, 2), quantity=2)
    assert outbox.after(FEED, 0, 10)[1].body["planned"] == 2


@pytest.mark.django_db
def test_what_is_no_bundle_is_refused_and_nothing_changes() -> None:
    hub, bulb = goods(on_hand=3), goods(on_hand=6)
    for parts, code in (
        ([Part(hub.pk, 1)], "bad_parts"),
        ([Part(hub.pk, 1), Part(hub.pk, 2)], "bad_parts"),
        ([Part(hub.pk, 1), Part(bulb.pk, 0)], "bad_each"),
        ([Part(hub.pk, 1), Part(10**9, 1)], "no_such_sku"),
        ([Part(hub.pk, 1), Part(new_sku().pk, 1)], "no_price"),
    ):
        with refused(code):
            open_bundle(show_id=SHOW, parts=parts)
    with refused("bad_name"):
        open_bundle(show_id=SHOW, parts=[Part(hub.pk, 1), Part(bulb.pk, 1)], name_en="x" * 121)
    with refused("bad_discount"):
        bundle((hub, 1), (bulb, 1), discount_fen=-1)
    assert not Offer.objects.exists()
    assert not outbox.last(FEED)
