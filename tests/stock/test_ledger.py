"""Goods move, and never appear or vanish."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firsthand.stock import actions, store
from firsthand.stock.models import (
    HELD,
    MADE,
    ON_OFFER,
    PLANNED,
    SCRAPPED,
    SHIPPED,
    SOLD,
    Balance,
    Transfer,
    on_hand,
)
from tests.shop import PLACE, new_sku, place, refused

pytestmark = pytest.mark.django_db

SHELF = on_hand(PLACE)


def sku_with(on_the_shelf: int = 0, owed: int = 0) -> int:
    """A SKU whose accounts are open, with pieces on the shelf and pieces owed by the factory."""
    place()
    sku_id = new_sku().pk
    store.open_accounts([sku_id])
    if on_the_shelf:
        actions.receive(sku_id=sku_id, place=PLACE, quantity=on_the_shelf, cause="test")
    if owed:
        store.transfer(debit=ON_OFFER, credit=PLANNED, quantities={sku_id: owed}, cause="test")
    return sku_id


def test_what_is_received_lies_on_its_shelf_and_came_from_the_factory() -> None:
    sku_id = sku_with()
    actions.receive(sku_id=sku_id, place=PLACE, quantity=7, cause="lot 1")
    balances = store.balances([sku_id])[sku_id]
    assert (balances[SHELF], balances[MADE]) == (7, -7)
    assert sum(balances.values()) == 0
    assert store.audit() == []


def test_many_skus_are_received_at_once() -> None:
    place()
    many = [new_sku().pk for _ in range(20)]
    actions.receive_many(
        place=PLACE, quantities={sku_id: n for n, sku_id in enumerate(many, 1)}, cause="test"
    )
    found = store.balances(many)
    assert [found[sku_id][SHELF] for sku_id in many] == list(range(1, 21))
    assert Transfer.objects.count() == 20
    assert store.audit() == []


def test_opening_accounts_twice_changes_nothing() -> None:
    sku_id = sku_with(on_the_shelf=4)
    before = store.balances([sku_id])
    store.open_accounts([sku_id])
    assert store.balances([sku_id]) == before


@pytest.mark.parametrize("quantity", [0, -1, 10**9, 10**19])
def test_a_quantity_that_makes_no_sense_is_refused_and_changes_nothing(quantity: int) -> None:
    sku_id = sku_with()
    with refused("bad_quantity"):
        actions.receive(sku_id=sku_id, place=PLACE, quantity=quantity, cause="test")
    assert not Transfer.objects.exists()


def test_nothing_is_put_in_a_place_that_is_not_there() -> None:
    sku_id = sku_with()
    with refused("no_such_place"):
        actions.receive(sku_id=sku_id, place="nowhere", quantity=1, cause="test")


def test_what_is_scrapped_is_gone_for_good_and_no_more_than_lies_there_is() -> None:
    sku_id = sku_with(on_the_shelf=3)
    actions.scrap(sku_id=sku_id, place=PLACE, quantity=2, cause="fell down")
    with refused("not_on_the_shelf", on_hand=1):
        actions.scrap(sku_id=sku_id, place=PLACE, quantity=2, cause="fell down")
    balances = store.balances([sku_id])[sku_id]
    assert (balances[SHELF], balances[SCRAPPED]) == (1, 2)
    assert store.audit() == []


def test_what_the_factory_finishes_pays_back_first_what_was_sold_before_it_was_made() -> None:
    sku_id = sku_with(owed=3)
    assert actions.finish(sku_id=sku_id, place=PLACE, quantity=2, cause="WO-1") == 2
    assert actions.finish(sku_id=sku_id, place=PLACE, quantity=4, cause="WO-2") == 1
    balances = store.balances([sku_id])[sku_id]
    assert (balances[PLANNED], balances[SHELF], balances[MADE]) == (0, 3, -6)
    assert actions.pay_back_planned(sku_id=sku_id, quantity=5, cause="WO-3") == 0
    assert store.audit() == []


def test_the_table_refuses_to_take_more_than_there_is() -> None:
    """A control: whoever forgets to look first meets the constraint, and it has a name."""
    sku_id = sku_with(on_the_shelf=3)
    with pytest.raises(IntegrityError, match="no_overselling"), transaction.atomic():
        store.transfer(debit=HELD, credit=SHELF, quantities={sku_id: 4}, cause="mistake")
    with pytest.raises(IntegrityError, match="sources_only_give"), transaction.atomic():
        store.transfer(debit=PLANNED, credit=SHELF, quantities={sku_id: 1}, cause="mistake")
    with pytest.raises(IntegrityError, match="something_moves"), transaction.atomic():
        store.transfer(debit=HELD, credit=SHELF, quantities={sku_id: 0}, cause="mistake")
    assert store.balances([sku_id])[sku_id][SHELF] == 3


def test_goods_do_not_move_to_where_they_are_or_to_an_account_that_is_not_open() -> None:
    sku_id = sku_with(on_the_shelf=3)
    with pytest.raises(store.LedgerFault, match="itself"):
        store.transfer(debit=SHELF, credit=SHELF, quantities={sku_id: 1}, cause="mistake")
    with pytest.raises(store.LedgerFault, match="not open"), transaction.atomic():
        store.transfer(debit=on_hand("moon"), credit=SHELF, quantities={sku_id: 1}, cause="x")
    assert store.balances([sku_id])[sku_id][SHELF] == 3
    assert store.audit() == []


def test_the_audit_finds_a_piece_that_came_from_nowhere() -> None:
    """A control: the audit that finds nothing can find something."""
    sku_id = sku_with(on_the_shelf=3)
    Balance.objects.filter(sku_id=sku_id, account=SHELF).update(quantity=4)
    assert store.audit() == [
        store.Discrepancy(sku_id, SHELF, holds=4, moved=3),
        store.Discrepancy(sku_id, "", holds=1, moved=0),
    ]


def test_what_lies_where_is_told_in_the_order_in_which_it_is_drawn() -> None:
    place("south", position=2)
    place("east", position=1)
    sku_id = sku_with(on_the_shelf=1)
    for code in ("south", "east"):
        actions.receive(sku_id=sku_id, place=code, quantity=5, cause="test")
    assert [shelf.account for shelf in store.shelves([sku_id])[sku_id]] == [
        SHELF,
        on_hand("east"),
        on_hand("south"),
    ]


moves = st.lists(
    st.tuples(
        st.sampled_from([SHELF, ON_OFFER, HELD, SOLD, SHIPPED, SCRAPPED, MADE, PLANNED]),
        st.sampled_from([SHELF, ON_OFFER, HELD, SOLD, SHIPPED, SCRAPPED, MADE, PLANNED]),
        st.integers(1, 9),
    ),
    max_size=25,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves)
def test_whatever_is_tried_the_books_add_up_and_no_account_goes_below_nought(
    tried: list[tuple[str, str, int]],
) -> None:
    sku_id = sku_with(on_the_shelf=10, owed=5)
    for debit, credit, quantity in tried:
        try:
            with transaction.atomic():
                store.transfer(debit=debit, credit=credit, quantities={sku_id: quantity}, cause="t")
        except (IntegrityError, store.LedgerFault):
            continue
    balances = store.balances([sku_id])[sku_id]
    assert sum(balances.values()) == 0
    assert all(n >= 0 for account, n in balances.items() if account not in (MADE, PLANNED))
    assert balances[MADE] <= 0 and balances[PLANNED] <= 0
    assert store.audit() == []
