"""The murmur has the rhythm of the caption."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.demo.film.voice import Speech, speech_of

CAPTION = "自研影像芯片，夜里也看得清"


def test_a_caption_is_said_one_syllable_a_character_with_a_breath_at_the_comma() -> None:
    speech = Speech(CAPTION)
    said = [one for one in speech.syllables if one.start_s < speech.caption_end_s]
    assert len(said) == len(CAPTION) - 1
    gaps = [b.start_s - a.start_s - a.length_s for a, b in pairwise(said)]
    assert gaps.index(max(gaps)) == CAPTION.index("，") - 1


def test_the_same_caption_is_always_said_in_the_same_way() -> None:
    assert Speech(CAPTION).syllables == speech_of(CAPTION).syllables
    assert Speech(CAPTION).syllables != Speech("内胆三毫米").syllables


@settings(deadline=None)
@given(st.text(max_size=60))
def test_anything_can_be_said(caption: str) -> None:
    starts = [one.start_s for one in Speech(caption).syllables]
    assert starts == sorted(starts)
    assert starts[-1] > 500


@settings(deadline=None)
@given(st.integers(0, 1000), st.sampled_from([20, 25, 30]))
def test_every_syllable_is_heard_once_however_time_is_cut(first: int, fps: int) -> None:
    speech = speech_of(CAPTION)
    times = [(first + i) / fps for i in range(200)]
    heard = [one for at in times for one in speech.starting(at, at + 1 / fps)]
    until = times[-1] + 1 / fps
    assert [h.start_s for h in heard] == [
        one.start_s for one in speech.syllables if times[0] <= one.start_s < until
    ]


def test_between_sentences_nobody_speaks() -> None:
    speech = speech_of(CAPTION)
    assert speech.at(0.1) is None
    assert speech.at(speech.caption_end_s + 0.1) is None
    assert speech.at(0.3) is not None
