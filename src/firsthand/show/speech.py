"""What may be said in a room, how a name is shown to strangers, what is a question. Pure.

A live chat is read by thousands at once and moderated by two people, so what can be decided
without them is decided here, the same for everybody: a line is clean and short, nobody
speaks faster than others can read, a phone number that slips out is covered, and a name is
shown as far as strangers need it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

TEXT_MAX = 200
MARKS_MAX = 2  # combining marks on one letter; more of them climb over the lines above
PACE_LINES, PACE_SECONDS = 5, 10  # nobody says more than so many lines in so many seconds

# Whom the room knows by his office; the first that fits is shown beside his name.
OFFICES = ("host", "director", "care", "planner", "merchandiser", "analyst", "admin")
VISITOR = "visitor"

_SPACE = re.compile(r"\s+")
# Digits that make a Chinese mobile number, however they are spaced.
_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_JOINERS = "\u200c\u200d\ufe0f"  # emoji and some scripts are put together with these
_ASKS_ZH = re.compile(
    "吗|(?:么|呢)(?=$|[\\s,，.。!！~～])|几(?:个|天|号|点|年|寸|瓦|升|斤|分钟|小时|折)|"
    "多少|多久|多大|多重|多长|多高|多宽|哪|谁|为什么|为啥|什么|怎么|怎样|咋|啥|何时|是否|"
    "能不能|可不可以|可以不|是不是|有没有|会不会|要不要|行不行|[能会行要好].{0,3}不$"
)
_ASKS_EN = re.compile(
    r"^(?:what|what's|when|where|which|who|whose|why|how)\b|"
    # "is good" praises, "is it good" asks: such words need two more after them.
    r"^(?:is|are|was|were|do|does|did|can|could|will|would|should|any|has)(?:\s+\S+){2}",
    re.IGNORECASE,
)


class Spoken(NamedTuple):
    """A line as it comes in. KEY is made in the speaker's browser, once for a line."""

    show_id: int
    viewer: str
    person_id: int
    key: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a line: its TEXT as it will be read, or why not (a code)."""

    text: str = ""
    refused: str = ""


def judge(batch: Sequence[Spoken], said_lately: Mapping[tuple[int, str], int]) -> list[Verdict]:
    """What becomes of each line of a batch, in its order.

    SAID_LATELY tells how many lines a viewer of a show said within the last seconds; those
    of the batch count too. The crew is not held to the pace: leave its viewers out of it.
    """
    counts = dict(said_lately)
    verdicts = []
    for spoken in batch:
        who = (spoken.show_id, spoken.viewer)
        text = cleaned(spoken.text)
        if not text:
            verdicts.append(Verdict(refused="empty"))
        elif len(text) > TEXT_MAX:
            verdicts.append(Verdict(refused="too_long"))
        elif who in counts and counts[who] >= PACE_LINES:
            verdicts.append(Verdict(refused="too_fast"))
        else:
            if who in counts:
                counts[who] += 1
            verdicts.append(Verdict(text=covered(text)))
    return verdicts


def cleaned(text: str) -> str:
    """A text without what cannot be seen or turns the line around; spaces are made single.

    >>> cleaned("  good\\u202e  evil\\u0007 ")
    'good evil'
    """
    kept: list[str] = []
    marks = 0
    for letter in unicodedata.normalize("NFC", _SPACE.sub(" ", text)):
        category = unicodedata.category(letter)
        if category.startswith("M"):
            marks += 1
            if marks <= MARKS_MAX:
                kept.append(letter)
            continue
        marks = 0
        if not category.startswith("C") or letter in _JOINERS:
            kept.append(letter)
    words = _SPACE.sub(" ", "".join(kept)).strip()
    return words if words.strip(_JOINERS + " ") else ""


def covered(text: str) -> str:
    """A text in which phone numbers are covered: thousands read along.

    >>> covered("call 138 0013 8000")
    'call 138****8000'
    """
    return _PHONE.sub(r"\1****\3", text)


def is_question(text: str) -> bool:
    """Whether a line asks something; better one too many than a question nobody sees.

    >>> is_question("充电要多久"), is_question("Does it work with the lamp"), is_question("好看！")
    (True, True, False)
    """
    return "?" in text or "？" in text or bool(_ASKS_ZH.search(text) or _ASKS_EN.match(text))


def name_for_strangers(name: str, roles: Iterable[str], *, is_host: bool) -> tuple[str, str]:
    """How the room sees somebody: his name, and his office if he is one of the crew.

    A buyer's name is covered but for its first letter; the crew stands by its name.

    >>> name_for_strangers("王小明", ["customer"], is_host=False)
    ('王**', '')
    >>> name_for_strangers("Lin Yao", ["host"], is_host=True)
    ('Lin Yao', 'host')
    """
    office = "host" if is_host else next((role for role in OFFICES if role in set(roles)), "")
    if office:
        return name, office
    return f"{name[:1]}**", ""


def visitor_name(viewer: str) -> str:
    """What a visitor without a name is called: four letters that stay his for the evening.

    >>> visitor_name("0199-f2a0")
    'F2A0'
    """
    letters = re.sub(r"[^0-9A-Za-z]", "", viewer).upper()
    return letters[-4:] or "0"
