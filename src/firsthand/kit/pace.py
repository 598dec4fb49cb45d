"""How fast one may ask: a bucket of tokens for each asker, in the memory of this process.

A bucket holds BURST requests and refills at so many a second. With W processes of a role the
true limit is W times as high, which is well enough to keep one wild script from the others.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

ASKERS_MAX = 10_000  # remembered; who has not asked longest is forgotten first


class Pace(NamedTuple):
    """So many at once, and so many a second from then on."""

    burst: float
    each_second: float


class Buckets:
    """The buckets of all askers at one pace."""

    def __init__(self, pace: Pace, now: Callable[[], float] = time.monotonic) -> None:
        self._pace, self._now = pace, now
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, asker: str) -> float:
        """Take one token: 0 if there was one, or the seconds to wait for the next."""
        now, pace = self._now(), self._pace
        level, since = self._levels.pop(asker, (pace.burst, now))
        level = min(pace.burst, level + (now - since) * pace.each_second)
        wait = 0.0 if level >= 1 else (1 - level) / pace.each_second
        self._levels[asker] = (level - 1 if level >= 1 else level, now)
        while len(self._levels) > ASKERS_MAX:
            self._levels.popitem(last=False)
        return wait


def caller_of(meta: Mapping[str, Any]) -> str:
    """The address that our front has seen: the last one written down, whatever stands before it.

    >>> caller_of({"HTTP_X_FORWARDED_FOR": "6.6.6.6, 10.0.0.1", "REMOTE_ADDR": "127.0.0.1"})
    '10.0.0.1'
    """
    forwarded = str(meta.get("HTTP_X_FORWARDED_FOR", ""))
    return forwarded.rpartition(",")[2].strip() or str(meta.get("REMOTE_ADDR", ""))
