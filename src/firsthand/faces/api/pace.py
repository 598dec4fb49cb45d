"""How fast one may ask the API: a pace for each key or person, and one for each address.

The buckets stand on the ground floor (``kit/pace.py``); those of nobody are by the address that
our front has seen.
"""

from django.http import HttpRequest
from ninja.throttling import BaseThrottle

from firsthand.kit.pace import Buckets, Pace, caller_of

CREW = Pace(120, 30)
PUBLIC = Pace(60, 10)
HEAVY = Pace(6, 0.2)  # files in and out, reports made anew


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
    return f"person {person.pk}" if person is not None else f"address {caller_of(request.META)}"


CREW_THROTTLE, PUBLIC_THROTTLE, HEAVY_THROTTLE = Throttle(CREW), Throttle(PUBLIC), Throttle(HEAVY)
