"""Who waits behind the others, who is refused, and why: the guard alone, with a clock of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.faces.live.guard import (
    WASTEFUL_SECONDS,
    Bounds,
    Guard,
    Reason,
    Signs,
    Verdict,
    reasons,
)
from firsthand.kit.pace import Mark, Tolerance
from firsthand.people.rules import Badge

OPEN = Tolerance(1e9, 1e9, 1e6)
ANN, BOB = Badge(1, "ann"), Badge(2, "bob")


def code(verdict: Verdict) -> str | None:
    return verdict.refusal.code if verdict.refusal else None


@given(
    st.sampled_from([Mark.FINE, Mark.SOFT]),
    st.sampled_from([Mark.FINE, Mark.SOFT]),
    st.integers(1, 5),
    st.booleans(),
)
def test_each_sign_is_a_reason_and_without_a_sign_there_is_none(
    person: Mark, address: Mark, people_here: int, is_wasteful: bool
) -> None:
    found = reasons(Signs(person, address, people_here, is_wasteful), 2)
    expected = {
        Reason.OFTEN: person is Mark.SOFT,
        Reason.CROWDED: address is Mark.SOFT,
        Reason.SHARED: people_here > 2,
        Reason.WASTEFUL: is_wasteful,
    }
    assert found == [reason for reason, is_so in expected.items() if is_so]


def test_somebody_who_presses_like_people_do_goes_straight_on() -> None:
    guard = Guard()
    for second in range(600):
        assert guard.judge(ANN, "203.0.113.7", second * 1.0) == Verdict()


def test_who_presses_too_often_waits_behind_the_others_and_then_is_told_how_long() -> None:
    guard = Guard(Bounds(person=Tolerance(2, 4, 0.25)))
    verdicts = [guard.judge(ANN, "", 100.0) for _ in range(6)]
    assert [one.is_slow for one in verdicts] == [False, False, True, True, False, False]
    assert [code(one) for one in verdicts] == [None] * 4 + ["too_often"] * 2
    assert verdicts[-1].refusal is not None
    assert verdicts[-1].refusal.retry_after_seconds == 4
    assert guard.judge(BOB, "", 100.0) == Verdict()
    assert guard.judge(ANN, "", 104.1).reasons == (Reason.OFTEN,)
    assert guard.judge(ANN, "", 130.0) == Verdict(), "it is forgotten"


def test_a_crowded_address_makes_wait_long_before_it_refuses_and_others_are_not_its_business() -> (
    None
):
    guard = Guard(Bounds(address=Tolerance(10, 100, 0.001)))
    people = [Badge(n, f"v-{n}") for n in range(1, 121)]
    verdicts = [guard.judge(one, "203.0.113.7", 0.0) for one in people]
    assert [one.is_slow for one in verdicts] == [False] * 10 + [True] * 90 + [False] * 20
    assert {code(one) for one in verdicts[100:]} == {"too_often"}
    assert guard.judge(Badge(999, "v-999"), "198.51.100.9", 0.0) == Verdict()
    assert guard.judge(Badge(998, "v-998"), "", 0.0) == Verdict(), "a program of ours, here"


def test_a_couple_shares_a_telephone_and_a_thousand_do_not() -> None:
    guard = Guard(Bounds(person=OPEN))
    crowd = [Badge(n, "phone") for n in range(1, 1001)]
    verdicts = [guard.judge(one, "", 0.0) for one in crowd]
    assert [one.reasons for one in verdicts[:5]] == [(), (), *[(Reason.SHARED,)] * 3]
    assert {code(one) for one in verdicts[5:]} == {"too_many_people"}
    assert guard.judge(crowd[0], "", 0.0).reasons == (Reason.SHARED,)
    assert guard.judge(crowd[0]._replace(viewer="tablet"), "", 0.0) == Verdict()


def test_who_lets_much_go_unpaid_waits_behind_the_others_for_an_hour() -> None:
    guard = Guard()
    guard.lets_much_go(ANN.person_id, 50.0)
    assert guard.judge(ANN, "", 51.0).reasons == (Reason.WASTEFUL,)
    assert guard.judge(BOB, "", 51.0) == Verdict()
    assert guard.judge(ANN, "", 51.0 + WASTEFUL_SECONDS) == Verdict()


def test_a_badge_of_an_earlier_epoch_is_worth_nothing_and_a_newer_one_is() -> None:
    guard = Guard()
    guard.taken_back = {ANN.person_id: 2}
    assert code(guard.judge(ANN, "", 0.0)) == "badge_expired"
    assert code(guard.judge(ANN._replace(epoch=1), "", 0.0)) == "badge_expired"
    assert guard.judge(ANN._replace(epoch=2), "", 0.0) == Verdict()
    assert guard.judge(ANN._replace(epoch=3), "", 0.0) == Verdict(), "we have not heard of it yet"
    assert guard.judge(BOB, "", 0.0) == Verdict()
    assert not guard.is_taken_back(None)


def test_without_the_slow_queue_the_suspicious_go_straight_on() -> None:
    guard = Guard(Bounds(person=Tolerance(1, 3, 0.001), has_slow_queue=False))
    verdicts = [guard.judge(ANN, "", 0.0) for _ in range(4)]
    assert verdicts[:3] == [Verdict()] * 3
    assert code(verdicts[3]) == "too_often"


@pytest.mark.parametrize("visitor", [Badge(7, "a"), Badge(0, "a")])
def test_one_has_so_many_sockets_open_at_once_and_may_close_one(visitor: Badge) -> None:
    guard = Guard(Bounds(person_sockets=2))
    assert guard.enter(visitor, "") and guard.enter(visitor, "")
    assert not guard.enter(visitor, "")
    assert guard.enter(Badge(0, "another"), "")
    guard.leave(visitor, "")
    assert guard.enter(visitor, "")


def test_an_address_has_so_many_sockets_with_and_without_badges() -> None:
    guard = Guard(Bounds(address_sockets=3))
    assert guard.enter(ANN, "203.0.113.7")
    assert guard.enter(None, "203.0.113.7") and guard.enter(None, "203.0.113.7")
    assert not guard.enter(None, "203.0.113.7") and not guard.enter(BOB, "203.0.113.7")
    assert guard.enter(BOB, "198.51.100.9")
    guard.leave(None, "203.0.113.7")
    assert guard.enter(BOB, "203.0.113.7")
    assert all(guard.enter(None, "") for _ in range(100)), "programs of ours have no address"


def test_words_are_counted_over_all_sockets_of_a_person() -> None:
    guard = Guard(Bounds(words=Tolerance(3, 3, 1)))
    assert [guard.allows_word(ANN._replace(viewer=f"tab-{n}"), 0.0) for n in range(4)] == [
        *[True] * 3,
        False,
    ]
    assert guard.allows_word(Badge(0, "v-1"), 0.0)
