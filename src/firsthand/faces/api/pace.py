"""How fast one may ask: a bucket of tokens for each asker, in the memory of this process.

A bucket holds BURST requests and refills at so many a second. There is one for each key or
person, and one for each address of those who are nobody; with W processes of the role web the
true limit is W times as high, which is well enough to keep one wild script from the others.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest
from ninja.throttling import BaseThrottle

ASKERS_MAX = 10_000  # remembered; who has not asked longest is forgotten first


class Pace(NamedTuple):
    """So many at once, and so many a second from then on."""

    burst: float
    each_second: float


CREW = Pace(120, 30)
PUBLIC = Pace(60, 10)
HEAVY = Pace(6, 0.2)  # files in and out, reports made anew


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


class Throttle(BaseThrottle):
    """Ninja's question, answered by the buckets of one pace."""

    def __init__(self, pace: Pace) -> None:
        self.buckets = Buckets(pace)
        self._wait = 0.0

    def allow_request(self, request: HttpRequest) -> bool:
        """Whether this asker may ask now."""
        self._wait = self.buckets.take(asker_of(request))
        return self._wait == 0

    def wait(self) -> float:
        """How long whoever was told to wait has to, in whole seconds."""
        return max(1, round(self._wait))


def asker_of(request: HttpRequest) -> str:
    """Who asks: the person, or the address that our front has seen."""
    person = getattr(request, "auth", None)
    if person is not None:
        return f"person {person.pk}"
    forwarded = request.headers.get("X-Forwarded-For", "")
    return f"address {forwarded.rpartition(',')[2].strip() or request.META.get('REMOTE_ADDR', '')}"


CREW_THROTTLE, PUBLIC_THROTTLE, HEAVY_THROTTLE = Throttle(CREW), Throttle(PUBLIC), Throttle(HEAVY)
