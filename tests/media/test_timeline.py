"""The rule of media time, and a control that shows what breaks it."""

from hypothesis import given
from hypothesis import strategies as st

from firsthand.media.timeline import ESTIMATE_MS, Timeline

jitters = st.lists(st.integers(0, 400), min_size=40, max_size=120)


def _slope_errors(times: list[tuple[int, int]]) -> int:
    """By how much media time departs from a straight line of presentation time."""
    offsets = [media_ms - presentation_ms for presentation_ms, media_ms in times]
    return max(offsets) - min(offsets)


@given(jitters, st.integers(0, 2**41))
def test_media_time_is_a_straight_line_however_unevenly_pictures_arrive(
    jitter: list[int], now_ms: int
) -> None:
    line, times = Timeline(), []
    for number, late_ms in enumerate(jitter):
        presentation_ms = number * 33
        line.see(presentation_ms, now_ms + presentation_ms + late_ms)
        if line.anchor_ms is not None:
            times.append((presentation_ms, line.media_ms(presentation_ms)))
    assert len(times) > 5 and _slope_errors(times) == 0
    seen = jitter[: ESTIMATE_MS // 33 + 2]
    assert line.anchor_ms == now_ms + min(seen), "no older than it must be, no newer than it is"


class SlewedTimeline(Timeline):
    """What was tried first: follow the best arrival, by two milliseconds a picture at most."""

    def see(self, presentation_ms: int, arrival_ms: int) -> None:
        if self.anchor_ms is None:
            super().see(presentation_ms, arrival_ms)
            return
        wanted = arrival_ms - presentation_ms
        self.anchor_ms += max(-2, min(2, wanted - self.anchor_ms))


def test_control_an_anchor_that_follows_arrivals_bends_the_line() -> None:
    times = []
    line = SlewedTimeline()
    for number in range(200):
        presentation_ms = number * 33
        late_ms = 300 if number < 60 else 0  # a slow start, then the uplink recovers
        line.see(presentation_ms, presentation_ms + late_ms)
        if line.anchor_ms is not None:
            times.append((presentation_ms, line.media_ms(presentation_ms)))
    assert _slope_errors(times) > 100


def test_time_never_goes_back_even_if_the_clock_of_the_machine_does() -> None:
    line = Timeline(not_before_ms=5_000_000)
    for number in range(40):
        line.see(number * 33, 1_000_000 + number * 33)
    assert line.media_ms(0) == 5_000_000


def test_a_line_that_saw_nothing_stays_open() -> None:
    line = Timeline()
    line.freeze()
    assert line.anchor_ms is None
    line.see(0, 77)
    line.freeze()
    assert line.media_ms(10) == 87
