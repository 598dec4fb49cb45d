"""Buckets of tokens: what one asker gets, and what is remembered of all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.kit.pace import (
    ASKERS_MAX,
    Buckets,
    Lately,
    Mark,
    Meters,
    Pace,
    Tolerance,
    address_of,
)


class Watch:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.floats(0, 5), max_size=80))
def test_no_asker_gets_more_than_his_burst_and_his_rate(waits: list[float]) -> None:
    watch = Watch()
    buckets = Buckets(Pace(5, 2), watch)
    let_in = 0
    for wait in waits:
        watch.now += wait
        let_in += buckets.take("x") == 0
    assert let_in <= 5 + 2 * watch.now + 1e-6


def test_whoever_waits_as_long_as_he_was_told_is_let_in() -> None:
    watch = Watch()
    buckets = Buckets(Pace(1, 0.5), watch)
    assert buckets.take("x") == 0
    wait = buckets.take("x")
    watch.now += wait
    assert buckets.take("x") == 0


def test_the_memory_of_askers_has_an_end() -> None:
    buckets = Buckets(Pace(1, 0.001), Watch())
    for number in range(ASKERS_MAX + 10):
        buckets.take(str(number))
    assert buckets.take("0") == 0, "the oldest were forgotten"
    assert buckets.take(str(ASKERS_MAX)) > 0, "the newest were not"


@given(
    st.lists(st.floats(0, 5), max_size=80),
    st.integers(1, 5),
    st.integers(0, 9),
    st.floats(0.1, 50),
)
def test_above_its_marks_a_meter_lets_nothing_pass_but_what_time_forgets(
    waits: list[float], soft: int, more: int, each_second: float
) -> None:
    meters: Meters[str] = Meters(Tolerance(soft, soft + more, each_second))
    now, fine, not_refused = 0.0, 0, 0
    for wait in waits:
        now += wait
        mark = meters.count("x", now)
        fine += mark is Mark.FINE
        not_refused += mark is not Mark.HARD
        if mark is Mark.HARD:
            later = now + meters.wait("x", now) + 1e-3
            assert later > now
    assert fine <= soft + each_second * now + 1e-3
    assert not_refused <= soft + more + each_second * now + 1e-3


@given(st.floats(0, 1e9), st.integers(1, 9))
def test_a_meter_lets_pass_what_it_says_and_whoever_waits_as_long_as_told(
    since: float, hard: int
) -> None:
    meters: Meters[int] = Meters(Tolerance(1, hard, 0.5))
    assert [meters.count(7, since) for _ in range(hard + 1)] == [
        Mark.FINE,
        *[Mark.SOFT] * (hard - 1),
        Mark.HARD,
    ]
    assert meters.count(8, since) is Mark.FINE, "others have meters of their own"
    assert meters.count(7, since + meters.wait(7, since) + 1e-3) is not Mark.HARD


def test_what_is_known_lately_has_an_end_and_keeps_the_newest() -> None:
    lately: Lately[int, str] = Lately(100)
    for n in range(1000):
        lately.set(n, "known")
    assert sum(lately.get(n) is not None for n in range(1000)) <= 100
    assert lately.get(999) == "known"


@pytest.mark.parametrize("words", ["", "1", "5/2/1", "0/0/1", "1/2/0", "a/b/c"])
def test_a_tolerance_that_makes_no_sense_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"say at once|could not convert"):
        Tolerance.of(words)


def test_an_address_is_believed_only_of_a_front_of_ours_and_only_its_last_word() -> None:
    fronts = ("10.0.0.2",)
    assert address_of("198.51.100.9", "203.0.113.7", fronts) == "198.51.100.9"
    assert address_of("10.0.0.2", "6.6.6.6, 203.0.113.7", fronts) == "203.0.113.7"
    assert address_of("::1", "203.0.113.7") == "203.0.113.7"
    assert address_of("127.0.0.1", "::ffff:203.0.113.7") == "203.0.113.7"
    assert address_of("127.0.0.1", "127.0.0.1") == address_of("127.0.0.1", "") == ""
    assert address_of("127.0.0.1", "x" * 1000) == "x" * 64
    one, other = "2001:db8:1:2::3", "2001:db8:1:2:ffff::4"
    assert address_of("127.0.0.1", one) == address_of("127.0.0.1", other), "one house"
    assert address_of("127.0.0.1", one) != address_of("127.0.0.1", "2001:db8:1:3::3")
