"""The sound: of the right length, gentle, and in step with the speech."""

import numpy as np
from numpy.typing import NDArray

from firsthand.demo.film.runsheet import RunSheet
from firsthand.demo.film.scene import Film
from firsthand.demo.film.sound import Sound


def heard(film: Film, sound: Sound, from_s: float, seconds: float) -> NDArray[np.float64]:
    blocks = [sound.make(film.scene(from_s + i / 25)) for i in range(round(seconds * 25))]
    assert {len(block) for block in blocks} == {1920 * 2 * 2}
    samples = np.frombuffer(b"".join(blocks), "<i2").reshape(-1, 2)
    return samples.astype(np.float64) / 32_768


def loudness(wave: NDArray[np.float64]) -> float:
    return float(20 * np.log10(np.sqrt((wave**2).mean()) + 1e-9))


def test_it_is_gentle_and_never_silent(sheet: RunSheet) -> None:
    wave = heard(Film(sheet), Sound(), 0, 12)
    assert -34 < loudness(wave) < -18
    assert np.abs(wave).max() < 0.7
    seconds = wave.reshape(12, -1)
    assert min(loudness(second) for second in seconds) > -45


def test_a_new_segment_is_announced_by_a_chime(sheet: RunSheet) -> None:
    calm, film = Film(sheet), Film(sheet)
    one, other = Sound(), Sound()
    heard(calm, one, 0, 2)
    heard(film, other, 0, 2)
    film.direct({"segment": 12}, 2.0)
    chime = heard(film, other, 2, 0.2)
    tones = np.abs(np.fft.rfft(chime[:, 0]))
    without = np.abs(np.fft.rfft(heard(calm, one, 2, 0.2)[:, 0]))
    at = round(659.26 * 0.2)
    assert tones[at - 1 : at + 2].max() > 3 * without[at - 1 : at + 2].max()


def test_the_first_segment_has_no_chime(sheet: RunSheet) -> None:
    first = heard(Film(sheet), Sound(), 0, 0.2)
    tones = np.abs(np.fft.rfft(first[:, 0]))
    assert tones[round(987.77 * 0.2)] < 30


def test_the_murmur_is_heard_while_the_mouth_moves(sheet: RunSheet) -> None:
    film = Film(sheet)
    speech = film.scene(0).speech
    wave = heard(film, Sound(), 0, speech.caption_end_s + 0.4)
    power = np.abs(np.diff(wave[:, 0]))  # music is low and smooth, speech is not

    def between(from_s: float, until_s: float) -> float:
        return float(power[int(from_s * 48_000) : int(until_s * 48_000)].mean())

    end = speech.caption_end_s
    assert between(0.4, end - 0.1) > 1.5 * between(end + 0.1, end + 0.35)
