"""Names for things that are made where nobody can be asked for the next number.

UUID version 7 (RFC 9562, section 5.7) begins with the time, so that rows which are made
together lie together in an index. Python learns it in 3.14; until then it stands here.
"""

import secrets
import time
from uuid import UUID

# No 0/O, 1/I/L, and no vowels, so that no order number spells a word.
_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"


def uuid7() -> UUID:
    """A new id, later than those before it, to the millisecond."""
    milliseconds = time.time_ns() // 1_000_000
    return UUID(
        int=(milliseconds & (2**48 - 1)) << 80
        | 0x7 << 76
        | secrets.randbits(12) << 64
        | 0b10 << 62
        | secrets.randbits(62)
    )


def number_of(uuid: UUID, *, length: int = 12) -> str:
    """A short name for people, drawn from an id: the same id gives the same name.

    Twelve letters of 27 are 57 bits; they are taken from the id's random half, so that
    nobody who knows his own number can guess his neighbour's.

    >>> number_of(UUID("0199f2a0-0000-7000-8000-00000000002a"))
    '22222222223K'
    """
    rest, letters = uuid.int & (2**62 - 1), ""
    for _ in range(length):
        rest, index = divmod(rest, len(_ALPHABET))
        letters = _ALPHABET[index] + letters
    return letters
