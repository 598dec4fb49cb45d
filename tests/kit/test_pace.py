"""Buckets of tokens: what one asker gets, and what is remembered of all of them."""

from hypothesis import given
from hypothesis import strategies as st

from firsthand.kit.pace import ASKERS_MAX, Buckets, Pace


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
