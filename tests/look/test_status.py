"""How far an order is, step by step."""

from datetime import UTC, date, datetime

import pytest

from firsthand.look.status import Status, status_of
from firsthand.order.models import Order, OrderStep

PLACED = datetime(2026, 12, 1, 12, tzinfo=UTC)
SHIP_BY = date(2026, 12, 8)


def status(state: str, source: str = "plan", *taken: str, today: date = SHIP_BY) -> Status:
    """The status of an order in a state, after some steps."""
    order = Order(number="N", state=state, rung_source=source, ship_by=SHIP_BY, placed_at=PLACED)
    order.hold_until = PLACED
    order.ended_at = PLACED
    if "shipped" in taken:
        order.shipped_at = PLACED
    return status_of(order, [OrderStep(state=key, at=PLACED) for key in taken], today)


@pytest.mark.parametrize(
    ("state", "now"),
    [
        ("held", "paid"),
        ("paid", "making"),
        ("making", "making"),
        ("ready", "ready"),
        ("shipped", "shipped"),
    ],
)
def test_the_present_step_is_what_the_buyer_waits_for(state: str, now: str) -> None:
    steps = status(state).steps
    assert [step.key for step in steps if step.manner == "now"] == [now]
    manners = [step.manner for step in steps]
    assert manners == sorted(manners, key=["done", "now", "later"].index)


def test_pieces_from_stock_are_not_made_any_more() -> None:
    steps = status("paid", "stock").steps
    assert "making" not in {step.key for step in steps}
    assert [step.key for step in steps if step.manner == "now"] == ["ready"]


def test_a_delivered_order_has_nothing_left_to_do() -> None:
    assert {step.manner for step in status("delivered").steps} == {"done"}


@pytest.mark.parametrize("state", ["expired", "cancelled", "refunded"])
def test_an_order_that_ended_shows_what_was_done_and_how_it_ended(state: str) -> None:
    ended = status(state, "plan", "paid")
    assert [step.key for step in ended.steps] == ["held", "paid", state]
    assert ended.is_over
    assert ended.late_days == 0


def test_late_is_counted_from_the_promised_day_until_it_ships() -> None:
    assert status("making", today=date(2026, 12, 8)).late_days == 0
    assert status("making", today=date(2026, 12, 10)).late_days == 2
    assert status("shipped", "plan", "shipped", today=date(2026, 12, 10)).late_days == 0


def test_a_step_says_when_it_was_taken() -> None:
    steps = {step.key: step for step in status("making", "plan", "paid").steps}
    assert steps["held"].at == PLACED
    assert steps["paid"].at == PLACED
    assert steps["shipped"].at is None
