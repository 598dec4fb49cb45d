"""Byte ranges (RFC 9110, section 14): players read a recording piece by piece."""

import re

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def read_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First byte and length of what is asked for; None means the whole.

    What cannot be understood counts as not said, as the standard wants it. A range that
    lies outside raises ``ValueError``.

    >>> read_range("bytes=100-199", 1000)
    (100, 100)
    >>> read_range("bytes=-10", 1000)
    (990, 10)
    >>> read_range("bytes=0-1,5-6", 1000)
    """
    asked = _RANGE.fullmatch(header.strip()) if header else None
    if asked is None or asked[1] == asked[2] == "":
        return None
    if asked[1] == "":
        length = min(int(asked[2]), size)
        first = size - length
    else:
        first = int(asked[1])
        last = min(int(asked[2]), size - 1) if asked[2] else size - 1
        if asked[2] and int(asked[2]) < first:
            return None
        length = last - first + 1
    if length <= 0 or first >= size:
        raise ValueError("outside")
    return first, length
