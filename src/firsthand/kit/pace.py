"""How fast one may ask: a bucket of tokens for each asker, in the memory of this process.

A bucket holds BURST requests and refills at so many a second. With W processes of a role the
true limit is W times as high, which is well enough to keep one wild script from the others.

A meter knows two marks instead of one: above the soft mark somebody is let wait behind the
others, above the hard one he is refused. It costs a fraction of a microsecond.
"""

import enum
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any, Generic, NamedTuple, TypeVar

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


class Mark(enum.IntEnum):
    """How high somebody's meter stands."""

    FINE = 0
    SOFT = 1
    HARD = 2


class Tolerance(NamedTuple):
    """So many at once, so many at the very most, and so many that are forgotten each second."""

    soft: float
    hard: float
    each_second: float

    @classmethod
    def of(cls, words: str) -> "Tolerance":
        """As it is written in a setting.

        >>> Tolerance.of("10/60/0.5")
        Tolerance(soft=10.0, hard=60.0, each_second=0.5)
        """
        numbers = [float(word) for word in words.split("/")]
        found = cls(*numbers) if len(numbers) == 3 else cls(0, 0, 0)
        if not (1 <= found.soft <= found.hard and found.each_second > 0):
            raise ValueError("say at once/at most/each second, such as 10/60/1")
        return found


Asker = TypeVar("Asker", bound=Hashable)
Known = TypeVar("Known")


class Lately(Generic[Asker, Known]):
    """What is known of those who came lately; of the others it is forgotten, so it has an end."""

    def __init__(self, at_most: int = ASKERS_MAX) -> None:
        self._half = max(1, at_most // 2)
        self._new: dict[Asker, Known] = {}
        self._old: dict[Asker, Known] = {}

    def get(self, asker: Asker) -> Known | None:
        """What is known of somebody."""
        found = self._new.get(asker)
        return self._old.get(asker) if found is None else found

    def set(self, asker: Asker, known: Known) -> None:
        """Know it."""
        self._new[asker] = known
        if len(self._new) > self._half:
            self._old, self._new = self._new, {}


METERS_MAX = 200_000  # a launch brings many; some twenty megabytes at the very most


class Meters(Generic[Asker]):
    """The meters of all askers of one tolerance. NOW is a clock in seconds that never goes back."""

    def __init__(self, tolerance: Tolerance) -> None:
        self._each = 1 / tolerance.each_second
        self._soft, self._hard = tolerance.soft * self._each, tolerance.hard * self._each
        # When each is empty again; written out, not Lately, since each press comes through here.
        self._new: dict[Asker, float] = {}
        self._old: dict[Asker, float] = {}

    def count(self, asker: Asker, now: float) -> Mark:
        """One more; what is above the hard mark is refused and not counted.

        >>> meters = Meters(Tolerance(2, 3, 1.0))
        >>> [int(meters.count("ann", 0.0)) for _ in range(5)], int(meters.count("ann", 1.0))
        ([0, 0, 1, 2, 2], 1)
        """
        empty_at = self._new.get(asker) or self._old.get(asker, now)
        empty_at = (empty_at if empty_at > now else now) + self._each
        full = empty_at - now - 1e-6
        if full > self._hard:
            return Mark.HARD
        self._new[asker] = empty_at
        if len(self._new) > METERS_MAX // 2:
            self._old, self._new = self._new, {}
        return Mark.SOFT if full > self._soft else Mark.FINE

    def wait(self, asker: Asker, now: float) -> float:
        """The seconds until one more of his is not refused."""
        empty_at = self._new.get(asker) or self._old.get(asker, now)
        return max(0.0, empty_at + self._each - now - self._hard)


def caller_of(meta: Mapping[str, Any]) -> str:
    """The address that our front has seen: the last one written down, whatever stands before it.

    >>> caller_of({"HTTP_X_FORWARDED_FOR": "6.6.6.6, 10.0.0.1", "REMOTE_ADDR": "127.0.0.1"})
    '10.0.0.1'
    """
    forwarded = str(meta.get("HTTP_X_FORWARDED_FOR", ""))
    return forwarded.rpartition(",")[2].strip() or str(meta.get("REMOTE_ADDR", ""))


@lru_cache(maxsize=16_384)
def address_of(peer: str, forwarded: str, fronts: Iterable[str] = ()) -> str:
    """By which address somebody is counted; nothing for a program on this machine itself.

    What was forwarded is believed only of a front of ours (on this machine, or one of FRONTS),
    and only its last word: whatever stands before it was said by the caller. Of IPv6 the first
    64 bits count, since one house has all that begin with them.

    >>> address_of("127.0.0.1", "6.6.6.6, 203.0.113.7"), address_of("203.0.113.7", "6.6.6.6")
    ('203.0.113.7', '203.0.113.7')
    >>> address_of("127.0.0.1", ""), address_of("10.0.0.2", "2001:db8::1:2", ("10.0.0.2",))
    ('', '2001:db8::')
    """
    address = peer
    if forwarded and (peer in fronts or _is_here(peer)):
        address = forwarded.rpartition(",")[2].strip()
    try:
        found = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return "" if found.is_loopback else str(IPv6Address(int(found) >> 64 << 64))
        found = found.ipv4_mapped
    return "" if found.is_loopback else str(found)


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == ""  # a socket of this machine has no address
