"""Nobody is sold what is not there, whoever pressed first is served first, promises come first."""

from collections import Counter as Tally
from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.offer.rules import Terms
from firsthand.order.line import Line, Waiter
from firsthand.order.models import Order
from firsthand.order.rules import (
    STEPS,
    Answer,
    Counter,
    Hold,
    Outcome,
    Pool,
    Press,
    Waiting,
    allocate,
    decide,
    may_become,
    most_at_once,
    no_later_than,
)
from firsthand.promise.rules import Rung

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=15)
PRICE_FEN = 100
DAYS = [date(2026, 12, day) for day in (1, 8, 15)]
SHOW = 88
OFFERS = {1: 11, 2: 12, 3: 13, 5: 11}  # offers 1 and 5 are of the same SKU


class Tag(NamedTuple):
    version: int
    price_fen: int
    floor_fen: int = 0


def numbers() -> list[str]:
    return [f"N{n}" for n in range(200)]


# Few people, keys and offers, so that presses repeat and goods run out all the time.
presses = st.builds(
    Press,
    person_id=st.integers(1, 3),
    key=st.integers(1, 12).map(lambda n: UUID(int=n)),
    show_id=st.sampled_from([SHOW] * 9 + [89]),
    offer_id=st.sampled_from([1, 1, 1, 2, 2, 5, 5, 5, 3, 4]),  # there is no offer 4
    quantity=st.integers(1, 4),
    price_version=st.sampled_from([1] * 9 + [2]),
    price_fen=st.sampled_from([PRICE_FEN] * 9 + [PRICE_FEN + 1]),
)
batches = st.lists(presses, min_size=8, max_size=40)


@st.composite
def counters(draw: st.DrawFn) -> Counter:
    free = st.lists(st.integers(0, 6), min_size=len(DAYS), max_size=len(DAYS))
    terms = {
        offer_id: Terms(
            offer_id=offer_id,
            show_id=SHOW,
            sku_id=sku_id,
            state=draw(st.sampled_from(["open"] * 8 + ["closed", "draft"])),
            limit_per_person=draw(st.integers(1, 9)),
            opens_at=draw(st.sampled_from([None] * 8 + [NOW, NOW + timedelta(seconds=1)])),
            closes_at=draw(st.sampled_from([None] * 8 + [NOW, NOW + timedelta(seconds=1)])),
            released=draw(st.integers(0, 15)),
            taken=0,
        )
        for offer_id, sku_id in OFFERS.items()
    }
    return Counter(
        terms=terms,
        prices={sku_id: Tag(1, PRICE_FEN) for sku_id in (11, 12)},  # SKU 13 has no price
        ladders={
            sku_id: [
                Rung(sku_id, day, source, n)
                for day, source, n in zip(DAYS, ("stock", "plan", "plan"), draw(free), strict=True)
            ]
            for sku_id in (11, 12, 13)
        },
        hold_until=UNTIL,
        numbers=iter(numbers()),
    )


def held(batch: Sequence[Press], answers: Sequence[Answer]) -> list[tuple[Press, Hold]]:
    """What was held, each press once."""
    first: dict[str, tuple[Press, Hold]] = {}
    for press, answer in zip(batch, answers, strict=True):
        if answer.hold is not None:
            first.setdefault(answer.hold.number, (press, answer.hold))
    return list(first.values())


@given(batches, counters())
def test_never_more_is_promised_for_a_day_than_ships_by_it(
    batch: list[Press], counter: Counter
) -> None:
    before = {
        (rung.sku_id, rung.ship_by): rung.free
        for ladder in counter.ladders.values()
        for rung in ladder
    }
    promised: Tally[tuple[int, date]] = Tally()
    for press, hold in held(batch, decide(batch, counter, NOW)):
        promised[OFFERS[press.offer_id], hold.ship_by] += press.quantity
    assert all(quantity <= before[rung] for rung, quantity in promised.items())


@given(batches, counters())
def test_never_more_is_held_on_an_offer_than_was_released_to_it(
    batch: list[Press], counter: Counter
) -> None:
    taken: Tally[int] = Tally()
    for press, _ in held(batch, decide(batch, counter, NOW)):
        taken[press.offer_id] += press.quantity
    assert all(taken[offer_id] <= terms.released for offer_id, terms in counter.terms.items())


@given(batches, counters())
def test_nobody_gets_more_than_his_share(batch: list[Press], counter: Counter) -> None:
    shares: Tally[tuple[int, int]] = Tally()
    for press, _ in held(batch, decide(batch, counter, NOW)):
        shares[press.person_id, press.offer_id] += press.quantity
    for (_, offer_id), quantity in shares.items():
        assert quantity <= counter.terms[offer_id].limit_per_person


@given(batches, counters())
def test_the_same_press_gets_the_same_hold(batch: list[Press], counter: Counter) -> None:
    kept = held(batch, decide(batch, counter, NOW))
    again = decide([press for press, _ in kept], counter, NOW)
    assert [answer.hold for answer in again] == [hold for _, hold in kept]


@given(batches, counters())
def test_every_order_has_a_name_of_its_own(batch: list[Press], counter: Counter) -> None:
    kept = held(batch, decide(batch, counter, NOW))
    assert len({hold.number for _, hold in kept}) == len(kept)
    assert len({(press.person_id, press.key) for press, _ in kept}) == len(kept)


@given(batches, batches, counters())
def test_cutting_a_batch_in_two_changes_no_answer(
    early: list[Press], late: list[Press], counter: Counter
) -> None:
    """However the lane happens to cut the queue, the answers are the queue's, not the cut's."""
    whole = decide([*early, *late], deepcopy(counter), NOW)
    assert [*decide(early, counter, NOW), *decide(late, counter, NOW)] == whole


def counter_of(
    free: int, *, released: int = 9, limit: int = 9, taken: int = 0, state: str = "open"
) -> Counter:
    terms = Terms(7, SHOW, 17, state, limit, None, None, released, taken)
    return Counter(
        terms={7: terms},
        prices={17: Tag(3, PRICE_FEN)},
        ladders={17: [Rung(17, DAYS[0], "stock", free)]},
        hold_until=UNTIL,
        numbers=iter(numbers()),
    )


def a_press(person_id: int, quantity: int = 1) -> Press:
    return Press(person_id, UUID(int=person_id), SHOW, 7, quantity, 3, PRICE_FEN)


def test_a_small_order_behind_a_large_one_gets_the_last_piece() -> None:
    large, small = decide([a_press(1, 2), a_press(2)], counter_of(1), NOW)
    assert large == Answer(Outcome.SOLD_OUT, facts={"most": 1})
    assert small == Answer(Outcome.HELD, Hold("N0", DAYS[0], "stock", UNTIL, 7, 1))


def test_whoever_saw_another_price_is_told_the_one_that_holds_before_anything_is_held() -> None:
    counter = counter_of(1)
    [answer] = decide([a_press(1)._replace(price_version=2, price_fen=90)], counter, NOW)
    assert answer == Answer(Outcome.PRICE_CHANGED, facts={"price_fen": 100, "price_version": 3})
    assert counter.ladders[17][0].free == 1


def test_what_is_on_the_ladder_but_not_released_is_not_sold() -> None:
    [answer] = decide([a_press(1)], counter_of(100, released=5, taken=5), NOW)
    assert answer.outcome is Outcome.SOLD_OUT


@pytest.mark.parametrize(
    ("opens", "closes", "outcome"),
    [
        (0, 1, Outcome.HELD),
        (1, 2, Outcome.NOT_YET_OPEN),
        (-2, 0, Outcome.CLOSED),
    ],
)
def test_an_offer_opens_at_its_time_and_is_closed_from_its_time_on(
    opens: int, closes: int, outcome: Outcome
) -> None:
    counter = counter_of(5)
    its = counter.terms[7]._replace(
        opens_at=NOW + timedelta(seconds=opens), closes_at=NOW + timedelta(seconds=closes)
    )
    counter.terms = {7: its}
    assert decide([a_press(1)], counter, NOW)[0].outcome is outcome


def test_a_draft_is_not_open_yet() -> None:
    assert (
        decide([a_press(1)], counter_of(5, state="draft"), NOW)[0].outcome is Outcome.NOT_YET_OPEN
    )


def test_the_largest_order_is_what_one_rung_holds_and_the_offer_has_left() -> None:
    ladder = [Rung(17, DAYS[0], "stock", 2), Rung(17, DAYS[1], "plan", 6)]
    assert most_at_once(5, ladder) == 5
    assert most_at_once(9, ladder) == 6
    assert most_at_once(9, []) == 0


def test_an_order_that_was_promised_a_day_is_kept_to_it_or_to_an_earlier_one() -> None:
    ladder = [Rung(17, DAYS[1], "plan", 2), Rung(17, DAYS[2], "plan", 9)]
    assert no_later_than(ladder, 2, DAYS[1]) == ladder[0]
    assert no_later_than(ladder, 2, DAYS[2]) == ladder[0]
    assert no_later_than(ladder, 3, DAYS[1]) is None
    assert no_later_than(ladder, 2, DAYS[0]) is None


@st.composite
def lists(draw: st.DrawFn, counter: Counter) -> dict[int, Line]:
    """People, none of whom presses, who wait for some of the offers since before the batch."""
    wishes = st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from([PRICE_FEN] * 8 + [PRICE_FEN - 1])),
        max_size=6,
    )
    found = {}
    for offer_id, terms in counter.terms.items():
        waiters = [
            Waiter(
                n, a_press(100 * offer_id + n, quantity)._replace(offer_id=offer_id, price_fen=fen)
            )
            for n, (quantity, fen) in enumerate(draw(wishes))
        ]
        if waiters:
            pieces = sum(waiter.press.quantity for waiter in waiters)
            found[offer_id] = Line(pieces=pieces, people=len(waiters), first=waiters)
            counter.terms = {**counter.terms, offer_id: terms._replace(waiting=pieces)}
    return found


joining = st.lists(
    st.builds(lambda press, waits: press._replace(waits=waits), presses, st.booleans()),
    min_size=8,
    max_size=40,
)


@given(joining, counters(), st.data())
def test_a_list_is_served_from_its_head_and_presses_get_what_is_left_after_it(
    batch: list[Press], counter: Counter, data: st.DataObject
) -> None:
    before = data.draw(lists(counter))
    counter.lines = deepcopy(before)
    answers = decide(batch, counter, NOW)
    bought = {press.offer_id for press, _hold in held(batch, answers)}
    for offer_id, line in counter.lines.items():
        gone = [one.waiter for one in line.served] + [one.waiter for one in line.ended]
        first = before[offer_id].first if offer_id in before else []
        assert sorted(waiter.waiting_id for waiter in gone) == list(range(len(gone)))
        if len(gone) < len(first):
            assert offer_id not in bought, "somebody who waits was overtaken"
        assert line.pieces == sum(press.quantity for press in line.joined) + sum(
            waiter.press.quantity for waiter in first[len(gone) :]
        )
        taken = counter.taken.get(offer_id, 0)
        assert 0 <= taken <= counter.terms[offer_id].released


@given(joining, joining, counters(), st.data())
def test_cutting_a_batch_in_two_changes_no_place_either(
    early: list[Press], late: list[Press], counter: Counter, data: st.DataObject
) -> None:
    counter.lines = data.draw(lists(counter))
    whole = decide([*early, *late], deepcopy(counter), NOW)
    assert [*decide(early, counter, NOW), *_again(late, counter)] == whole


def _again(late: list[Press], counter: Counter) -> list[Answer]:
    for line in counter.lines.values():  # as the next batch reads them
        line.first = line.first[len(line.served) + len(line.ended) :]
    return decide(late, counter, NOW)


@given(joining, counters())
def test_whoever_asks_again_where_he_stands_is_told_the_same(
    batch: list[Press], counter: Counter
) -> None:
    answers = decide(batch, counter, NOW)
    for press, answer in zip(batch, answers, strict=True):
        if answer.place is not None:
            assert decide([press], counter, NOW) == [answer]


queues = st.lists(
    st.builds(
        Waiting, st.sampled_from(DAYS), st.integers(1, 10_000), st.integers(1, 9), st.just(True)
    ),
    max_size=20,
    unique_by=lambda order: order.order_id,
)


@given(queues, st.integers(0, 60))
def test_no_more_pieces_are_given_to_orders_than_there_are(
    queue: list[Waiting], pieces: int
) -> None:
    served = set(allocate(queue, pieces))
    assert sum(order.quantity for order in queue if order.order_id in served) <= pieces


@given(queues, st.integers(0, 60))
def test_nobody_is_served_before_a_promise_that_falls_due_earlier(
    queue: list[Waiting], pieces: int
) -> None:
    served = set(allocate(queue, pieces))
    for one in queue:
        for other in queue:
            if one.order_id in served and other.ship_by < one.ship_by:
                assert other.order_id in served


@given(queues, st.integers(0, 60), st.integers(0, 60))
def test_pieces_that_come_later_take_nothing_away(
    queue: list[Waiting], pieces: int, more: int
) -> None:
    assert set(allocate(queue, pieces)) <= set(allocate(queue, pieces + more))


@given(queues, st.data(), st.integers(0, 60))
def test_who_has_yet_to_pay_keeps_his_place_and_takes_nothing(
    queue: list[Waiting], data: st.DataObject, pieces: int
) -> None:
    mixed = [order._replace(is_paid=data.draw(st.booleans())) for order in queue]
    paid = {order.order_id for order in mixed if order.is_paid}
    assert set(allocate(mixed, pieces)) == set(allocate(queue, pieces)) & paid


def test_pieces_that_were_promised_to_the_next_who_press_are_not_given_to_others() -> None:
    assert Pool(there=10, ready=2, on_offer=4, free_of_stock=1).pieces == 7
    assert Pool(there=10, ready=2, on_offer=4, free_of_stock=9).pieces == 4
    assert Pool(there=2, ready=3, on_offer=0, free_of_stock=0).pieces == 0


def test_the_steps_name_every_state_and_ends_lead_nowhere_but_to_a_refund() -> None:
    states = set(Order.State.values)
    assert set(STEPS) == states
    assert set().union(*STEPS.values()) <= states
    assert {state for state in states if not STEPS[state]} == {"refunded"}
    assert not any(may_become(state, "held") for state in states), "nothing is held twice"
