"""How the host speaks: which syllable, when, how loud. The mouth and the sound both ask here.

Nobody's voice is imitated: it is a murmur with the rhythm of the caption, one syllable a
Chinese character, a breath at a comma. After the caption he goes on improvising.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from random import Random

RATE_PER_S = 4.6
SPEECH_MAX_S = 600.0  # past this the same improvisation begins again
VOWELS = "aeiou"
_PAUSES = {
    "，": 0.28,
    ",": 0.28,
    "、": 0.2,
    "；": 0.3,
    "。": 0.45,
    "！": 0.45,
    "？": 0.45,
    "：": 0.25,
}


@dataclass(frozen=True, slots=True)
class Syllable:
    """One beat of speech. Pitch is in half-tones about the speaker's own."""

    start_s: float
    length_s: float
    vowel: str
    pitch: int
    loudness: float


class Speech:
    """What is said from the moment a talking point comes up."""

    def __init__(self, caption: str) -> None:
        chance = Random(f"speech/{caption}")
        self.syllables: list[Syllable] = []
        end = self._say(_beats(caption), 0.25, chance)
        self.caption_end_s = end
        while end < SPEECH_MAX_S:
            beats = [0.0] * chance.randint(6, 17)
            for i in range(chance.randint(5, 8), len(beats) - 2, 7):
                beats[i] = 0.25
            end = self._say(beats, end + chance.uniform(0.45, 1.0), chance)
        self._starts = [syllable.start_s for syllable in self.syllables]

    def _say(self, beats: list[float], start_s: float, chance: Random) -> float:
        at = start_s
        for i, pause in enumerate(beats):
            length = (1 / RATE_PER_S) * chance.uniform(0.82, 1.2)
            fall = round(3 - 6 * i / max(1, len(beats) - 1))
            pitch = fall + chance.choice((-2, -1, 0, 0, 1, 2, 3))
            loud = chance.uniform(0.6, 1.0)
            self.syllables.append(Syllable(at, length * 0.92, chance.choice(VOWELS), pitch, loud))
            at += length + pause
        return at

    def at(self, age_s: float) -> Syllable | None:
        """The syllable that is being said."""
        age_s %= SPEECH_MAX_S
        i = bisect_right(self._starts, age_s) - 1
        if i < 0:
            return None
        syllable = self.syllables[i]
        return syllable if age_s < syllable.start_s + syllable.length_s else None

    def starting(self, from_s: float, until_s: float) -> list[Syllable]:
        """The syllables that begin in a stretch of time, in their order."""
        from_s, until_s = from_s % SPEECH_MAX_S, from_s % SPEECH_MAX_S + until_s - from_s
        return self.syllables[
            bisect_right(self._starts, from_s - 1e-9) : bisect_right(self._starts, until_s - 1e-9)
        ]


@lru_cache(maxsize=512)
def speech_of(caption: str) -> Speech:
    """The same caption is always said in the same way."""
    return Speech(caption)


def _beats(caption: str) -> list[float]:
    beats: list[float] = []
    word = False
    for sign in caption:
        if sign in _PAUSES:
            if beats:
                beats[-1] = _PAUSES[sign]
        elif sign.isascii() and sign.isalpha():
            if not word:
                beats += [0.0, 0.0]
        elif not sign.isspace():
            beats.append(0.0)
        word = sign.isascii() and sign.isalpha()
    return beats[:80] or [0.0]
