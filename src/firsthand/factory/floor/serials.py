"""Serial numbers: what a piece is called for as long as it lives. Pure.

    KA-01-BLK-YUNLU-2648-00042-P
    SKU, plant, year and week, running number, check character

The week is ISO 8601's, on the plant's clock; the running number counts the pieces of one SKU,
plant and week, from 1, without a gap. The last character checks all letters and digits before
it by **ISO/IEC 7064, MOD 37,36** (the system of ISAN and GRid): it finds every single wrong
character, and all but one in 600 of the pairs that changed places. Whatever is neither letter
nor digit does not count, and small letters are as good as capital ones.
"""

from collections.abc import Iterator
from datetime import date

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
RUNNING_DIGITS = 5  # at least
_WORTH = {letter: worth for worth, letter in enumerate(ALPHABET)}
_RADIX = len(ALPHABET)


def check_character(text: str) -> str:
    """The character that belongs behind TEXT.

    >>> check_character("A1-2425G-ABC1234002")  # the example of IFPI's GRid standard
    'M'
    """
    return ALPHABET[(_RADIX + 1 - _carried(text)) % _RADIX]


def _carried(text: str, held: int = _RADIX) -> int:
    # The state behind TEXT, from the state before it; a number is checked by its prefix once.
    for letter in text.upper():
        worth = _WORTH.get(letter)
        if worth is not None:
            held = (held + worth) % _RADIX or _RADIX
            held = 2 * held % (_RADIX + 1)
    return held


def is_right(number: str) -> bool:
    """Whether a number's last character fits the rest.

    >>> is_right("A1-2425G-ABC1234002-M"), is_right("A1-2425G-ABC1234020-M")
    (True, False)
    """
    kept = plain(number)
    return len(kept) > 1 and check_character(kept[:-1]) == kept[-1]


def plain(number: str) -> str:
    """A number's letters and digits alone, capital: as a person may have typed it.

    >>> plain("ka-01 7")
    'KA017'
    """
    return "".join(letter for letter in number.upper() if letter in _WORTH)


def prefix(sku: str, plant: str, day: date) -> str:
    """What all numbers of a SKU, a plant and a week begin with.

    >>> prefix("KA-01", "yunlu", date(2026, 11, 23))
    'KA-01-YUNLU-2648-'
    """
    year, week, _day = day.isocalendar()
    return f"{sku}-{plant}-{year % 100:02d}{week:02d}-".upper()


def numbers(beginning: str, after: int, count: int) -> Iterator[str]:
    """COUNT numbers that begin so, from the running number after AFTER on.

    >>> list(numbers("KA-01-YUNLU-2648-", 41, 2))
    ['KA-01-YUNLU-2648-00042-J', 'KA-01-YUNLU-2648-00043-H']
    """
    held = _carried(beginning)
    for running in range(after + 1, after + count + 1):
        digits = f"{running:0{RUNNING_DIGITS}d}"
        check = ALPHABET[(_RADIX + 1 - _carried(digits, held)) % _RADIX]
        yield f"{beginning}{digits}-{check}"
