"""What people asked, gathered into topics. Pure: lines in, topics out, no language model.

Topics are words that buyers use, Chinese and English. A line that says none of them is "other"
rather than forced into one. Within a topic, lines that share most of their letter pairs are
one question, asked so many times; the wording asked most often speaks for all. That is
coarse, and it is honest: whoever reads the report sees the words that were really typed.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from firsthand.insight.topics import OTHER, TOPICS, Topic

LINES_MAX = 2000  # of a show; the newest are left out, since late ones repeat early ones
WORDINGS_MAX = 3  # shown for a topic
WORDINGS_COMPARED_MAX = 200  # in a topic; what comes after starts no new wording
ALIKE = 0.5  # share of common letter pairs from which on two lines ask the same


class Line(NamedTuple):
    """A question as it was typed, who asked (a viewer's random name), and what was on."""

    text: str
    viewer: str
    segment_id: int | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """One question, in the words it was asked in most often."""

    text: str
    times: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A topic: how often it came up, from how many people, in which words, during what."""

    topic: str
    name_zh: str
    name_en: str
    times: int
    askers: int
    segment_id: int | None
    wordings: tuple[Wording, ...]


def plain(text: str) -> str:
    """A line without what does not matter: width, case, doubled blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def topic_of(text: str) -> Topic:
    """The topic with the most of its words in a line; the first named wins a draw.

    >>> topic_of("几天能发货？").code
    'delivery'
    >>> topic_of("hello from Chengdu").code
    'other'
    """
    said = plain(text)
    found = [(sum(word in said for word in topic.words), topic) for topic in TOPICS]
    most = max(count for count, _topic in found)
    return next(topic for count, topic in found if count == most) if most else OTHER


def gathered(lines: Sequence[Line]) -> tuple[Asked, ...]:
    """Questions by topic, the most asked first; "other" comes last whatever its number."""
    by_topic: dict[str, list[Line]] = {}
    topics = {topic.code: topic for topic in (*TOPICS, OTHER)}
    for line in lines[:LINES_MAX]:
        by_topic.setdefault(topic_of(line.text).code, []).append(line)
    asked = [_asked(topics[code], lines) for code, lines in by_topic.items()]
    return tuple(sorted(asked, key=lambda one: (one.topic == OTHER.code, -one.times, one.topic)))


def _asked(topic: Topic, lines: Sequence[Line]) -> Asked:
    segments = Counter(line.segment_id for line in lines if line.segment_id is not None)
    return Asked(
        topic=topic.code,
        name_zh=topic.name_zh,
        name_en=topic.name_en,
        times=len(lines),
        askers=len({line.viewer for line in lines}),
        segment_id=segments.most_common(1)[0][0] if segments else None,
        wordings=wordings(line.text for line in lines),
    )


def wordings(texts: Iterable[str], at_most: int = WORDINGS_MAX) -> tuple[Wording, ...]:
    """Lines that ask the same, gathered: the question asked most comes first.

    >>> wordings(["多少钱", "多少钱？", "几天发货"])[0]
    Wording(text='多少钱', times=2)
    """
    groups: list[tuple[frozenset[str], Counter[str]]] = []
    for text in texts:
        pairs = _pairs(text)
        home = next((group for group in groups if _alike(pairs, group[0]) >= ALIKE), None)
        if home is not None:
            home[1][text] += 1
        elif len(groups) < WORDINGS_COMPARED_MAX:
            groups.append((pairs, Counter([text])))
    groups.sort(key=lambda group: -group[1].total())
    return tuple(
        Wording(said.most_common(1)[0][0], said.total()) for _pairs_, said in groups[:at_most]
    )


def _pairs(text: str) -> frozenset[str]:
    letters = re.sub(r"\W", "", plain(text))
    return frozenset(letters[at : at + 2] for at in range(max(1, len(letters) - 1)))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0
