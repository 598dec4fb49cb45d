"""The figures of a publisher, and the verdict on his settings."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from firsthand.media.flv import AudioFrame
from firsthand.media.health import Figures, Meter, Weight, verdict
from tests.media.streams import interleaved, pictures, sound, time_of

GOOD = Figures(
    width=1280,
    height=720,
    fps=30.0,
    bitrate_kbps=2600,
    gop_ms=1000,
    sound=True,
    frames=900,
    frame_age_ms=33,
)


def _codes(figures: Figures) -> list[str]:
    return [advice.code for advice in verdict(figures)]


def test_a_stream_as_it_should_be_needs_no_advice() -> None:
    assert verdict(GOOD) == []


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        (Figures(), "no_picture"),
        (replace(GOOD, frame_age_ms=700), "silent"),
        (replace(GOOD, sound=False), "no_sound"),
        (replace(GOOD, gop_ms=8333), "gop_too_long"),
        (replace(GOOD, gop_ms=2000), "gop_long"),
        (replace(GOOD, b_frames=True), "b_frames"),
        (replace(GOOD, bitrate_kbps=300), "bitrate_low"),
        (replace(GOOD, bitrate_kbps=12_000), "bitrate_high"),
        (replace(GOOD, fps=15.0), "fps_low"),
        (replace(GOOD, decode_gaps=2), "drops"),
        (replace(GOOD, arrival_gap_ms=900), "uneven"),
    ],
)
def test_each_fault_has_its_advice(figures: Figures, code: str) -> None:
    assert _codes(figures) == [code]


def test_what_viewers_suffer_from_comes_first() -> None:
    bad = replace(GOOD, b_frames=True, sound=False, fps=12.0, gop_ms=9000)
    weights = [advice.weight for advice in verdict(bad)]
    assert weights == sorted(weights, key=[Weight.MEND, Weight.MIND].index)


def test_the_advice_is_said_in_the_language_of_the_reader() -> None:
    [advice] = verdict(replace(GOOD, sound=False))
    with override("en"):
        assert str(advice.sentence).startswith("There is no sound")


def _watch(*, b_frames: int = 0, gop: int = 30, held_ms: int = 0) -> Meter:
    meter = Meter()
    for tag in interleaved(pictures(300, gop=gop, b_frames=b_frames), sound(10_000)):
        size = 300 if isinstance(tag, AudioFrame) else 10_000
        late_ms = held_ms if 7000 <= time_of(tag) < 7000 + held_ms else 0
        meter.see(tag, size, 1_000_000 + time_of(tag) + late_ms)
    return meter


def test_the_figures_of_a_steady_stream() -> None:
    figures = _watch().figures(1_010_000)
    assert (figures.width, figures.height, figures.sound) == (1280, 720, True)
    assert figures.fps == pytest.approx(30, abs=0.2)
    assert figures.bitrate_kbps == pytest.approx(2512, rel=0.03)
    assert (figures.gop_ms, figures.b_frames, figures.decode_gaps) == (1000, False, 0)
    assert figures.frame_age_ms == pytest.approx(34, abs=1)
    assert _codes(figures) == []


def test_b_frames_are_seen_by_their_offsets() -> None:
    assert _watch(b_frames=2).figures(1_010_000).b_frames


def test_an_uplink_that_hangs_shows_as_a_gap_between_arrivals() -> None:
    figures = _watch(held_ms=800).figures(1_010_000)
    assert figures.arrival_gap_ms >= 800 and figures.decode_gaps == 0


def test_a_key_frame_that_does_not_come_makes_the_interval_grow() -> None:
    assert _watch(gop=10_000).figures(1_010_000).gop_ms > 9000


def test_pictures_that_the_encoder_dropped_are_seen() -> None:
    meter = Meter()
    for frame in [*pictures(30), *pictures(30, first_ms=2500)]:
        meter.see(frame, 1000, 1_000_000 + frame.decode_ms)
    assert meter.figures(1_003_500).decode_gaps == 1


def test_the_age_of_the_picture_grows_when_nothing_comes() -> None:
    figures = _watch().figures(1_012_000, media_ms=1_009_900)
    assert figures.frame_age_ms > 2000 and _codes(figures)[0] == "silent"
    assert figures.uplink_ms == pytest.approx(66, abs=5)
