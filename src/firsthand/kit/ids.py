"""Names for things that are made where nobody can be asked for the next number.

UUID version 7 (RFC 9562, section 5.7) begins with the time, so that rows which are made
together lie together in an index. Python learns it in 3.14; until then it stands here.
"""

import itertools
import secrets
import struct
import time
from collections.abc import Iterator
from uuid import UUID

# No 0/O, 1/I/L, and no vowels, so that no order number spells a word.
_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
_THREES = ["".join(three) for three in itertools.product(_ALPHABET, repeat=3)]
_AT_ONCE = 256


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


def numbers() -> Iterator[str]:
    """Short names for people, without end, each drawn apart: twelve letters, 57 bits.

    For a burst: the system is asked for chance once for many, and letters come in threes.
    Measured, that is a fifth of the processor time of ``number_of(uuid7())``.
    """
    threes, among = _THREES, len(_THREES)
    while True:
        for (bits,) in struct.iter_unpack("<Q", secrets.token_bytes(8 * _AT_ONCE)):
            rest, first = divmod(bits, among)
            rest, second = divmod(rest, among)
            rest, third = divmod(rest, among)
            yield threes[rest % among] + threes[third] + threes[second] + threes[first]
