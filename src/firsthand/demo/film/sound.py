"""What is heard: soft chords, a plucked line, a chime for each new segment, and a murmur.

Everything is made here from sines, once, at the start; on air blocks are only added up. The
murmur has the formants of vowels and the rhythm of ``voice``, so that the mouth and the
sound agree, and it says no words that anybody could mishear.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from firsthand.demo.film.scene import Scene

RATE_HZ = 48_000
CHANNELS = 2
CHORD_S = 4.8
CHORDS = ((0, 4, 7, 11), (-3, 0, 4, 7), (-7, -3, 0, 4), (-5, -1, 2, 5))
ROOT_HZ = 220.0
SPEAKER_HZ = 118.0
FORMANTS_HZ = {
    "a": (760, 1240, 2500),
    "e": (500, 1850, 2550),
    "i": (300, 2200, 2950),
    "o": (470, 900, 2450),
    "u": (330, 760, 2300),
}
MUSIC_LEVEL, VOICE_LEVEL, CHIME_LEVEL = 0.115, 0.17, 0.2

Wave = NDArray[np.float32]


@dataclass(slots=True)
class _Sounding:
    wave: Wave
    at: int = 0


@dataclass
class Sound:
    """Makes the sound of one frame after another."""

    fps: int = 25
    _music: Wave = field(init=False)
    _chime: Wave = field(init=False)
    _position: int = field(init=False, default=0)
    _sounding: list[_Sounding] = field(init=False, default_factory=list)
    _segment_id: str | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.block = RATE_HZ // self.fps
        self._music = _music()
        self._chime = _chime()
        self._spoken: dict[tuple[str, int], Wave] = {}

    def make(self, scene: Scene) -> bytes:
        """One frame's sound: interleaved 16-bit samples."""
        if scene.segment.segment_id != self._segment_id:
            if self._segment_id is not None:
                self._sounding.append(_Sounding(self._chime))
            self._segment_id = scene.segment.segment_id
        step = 1 / self.fps
        for syllable in scene.speech.starting(scene.point_age_s, scene.point_age_s + step):
            wave = self._syllable(syllable.vowel, syllable.pitch)
            samples = min(wave.shape[1], int(syllable.length_s * RATE_HZ))
            self._sounding.append(_Sounding(wave[:, :samples] * _swell(samples, syllable.loudness)))
        mixed = self._music_now()
        for one in self._sounding:
            piece = one.wave[:, one.at : one.at + self.block]
            mixed[:, : piece.shape[1]] += piece
            one.at += self.block
        self._sounding = [one for one in self._sounding if one.at < one.wave.shape[1]]
        samples16 = np.clip(np.tanh(mixed) * 32_000, -32_768, 32_767).astype("<i2")
        return samples16.T.tobytes()

    def _music_now(self) -> Wave:
        places = (self._position + np.arange(self.block)) % self._music.shape[1]
        self._position += self.block
        block: Wave = self._music[:, places]
        return block

    def _syllable(self, vowel: str, pitch: int) -> Wave:
        key = (vowel, pitch)
        if key not in self._spoken:
            self._spoken[key] = _vowel(vowel, SPEAKER_HZ * 2 ** (pitch / 12))
        return self._spoken[key]


def _swell(samples: int, loudness: float) -> Wave:
    share = np.linspace(0, 1, samples)
    return ((4 * share * (1 - share)) ** 0.6 * loudness).astype(np.float32)


def _vowel(vowel: str, pitch_hz: float, length_s: float = 0.3) -> Wave:
    time = np.arange(int(length_s * RATE_HZ)) / RATE_HZ
    glide = pitch_hz * (1 + 0.03 * np.cos(np.pi * time / length_s))
    phase = 2 * np.pi * np.cumsum(glide) / RATE_HZ
    wave = np.zeros_like(time)
    for harmonic in range(1, int(3600 / pitch_hz)):
        place = harmonic * pitch_hz
        strength = sum(
            level / (1 + ((place - middle) / width) ** 2)
            for middle, width, level in zip(
                FORMANTS_HZ[vowel], (90, 120, 190), (1.0, 0.5, 0.16), strict=True
            )
        )
        wave += strength * harmonic**-0.35 * np.sin(harmonic * phase + harmonic * 0.7)
    wave *= VOICE_LEVEL / (np.abs(wave).max() or 1)
    return _stereo(_softly(wave, 0.012, 0.05))


def _music() -> Wave:
    length = int(CHORD_S * len(CHORDS) * RATE_HZ)
    time = np.arange(length) / RATE_HZ
    left, right = np.zeros(length), np.zeros(length)
    span = int(CHORD_S * RATE_HZ)
    swell = np.sin(np.pi * np.arange(int(span * 1.5)) / (span * 1.5)) ** 2
    for i, chord in enumerate(CHORDS):
        places = (i * span - span // 4 + np.arange(swell.size)) % length
        for tone, half_tones in enumerate(chord):
            pitch = ROOT_HZ * 2 ** (half_tones / 12)
            for side, drift in ((left, -0.6), (right, 0.6)):
                body = np.sin(2 * np.pi * (pitch + drift) * time[: swell.size] + tone)
                body += 0.35 * np.sin(4 * np.pi * (pitch - drift) * time[: swell.size] + tone)
                body += 0.5 * np.sin(np.pi * pitch * time[: swell.size])
                side[places] += body * swell / len(chord)
    for i in range(16):
        chord = CHORDS[i // 4]
        pitch = ROOT_HZ * 2 * 2 ** (chord[(0, 2, 1, 3)[i % 4]] / 12)
        pluck = _bell(pitch, 1.6, 0.55) * 0.34
        places = (int(i * CHORD_S / 4 * RATE_HZ) + np.arange(pluck.size)) % length
        left[places] += pluck * (0.45 + 0.4 * (i % 2))
        right[places] += pluck * (0.85 - 0.4 * (i % 2))
    whole = np.stack((left, right))
    level: Wave = (whole * (MUSIC_LEVEL * 1.8 / np.abs(whole).max())).astype(np.float32)
    return level


def _chime() -> Wave:
    first, second = _bell(659.26, 1.5, 0.5), _bell(987.77, 1.6, 0.6)
    whole = np.zeros(second.size + int(0.16 * RATE_HZ))
    whole[: first.size] += first
    whole[-second.size :] += second
    return _stereo(whole * (CHIME_LEVEL / np.abs(whole).max()))


def _bell(pitch_hz: float, length_s: float, decay_s: float) -> NDArray[np.float64]:
    time = np.arange(int(length_s * RATE_HZ)) / RATE_HZ
    wave = np.zeros_like(time)
    for ratio, level in ((1.0, 1.0), (2.0, 0.42), (3.01, 0.16), (4.2, 0.06)):
        wave += (
            level * np.sin(2 * np.pi * pitch_hz * ratio * time) * np.exp(-time * ratio / decay_s)
        )
    return _softly(wave, 0.004, 0.2)


def _softly(wave: NDArray[np.float64], attack_s: float, release_s: float) -> NDArray[np.float64]:
    shape = np.ones_like(wave)
    start, end = int(attack_s * RATE_HZ), int(release_s * RATE_HZ)
    shape[:start] = np.linspace(0, 1, start)
    shape[-end:] *= np.linspace(1, 0, end)
    result: NDArray[np.float64] = wave * shape
    return result


def _stereo(wave: NDArray[np.float64]) -> Wave:
    return np.stack((wave, wave)).astype(np.float32)
