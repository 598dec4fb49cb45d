"""Who looks like a program, and what comes of it: he waits behind the others.

    verdict = guard.judge(badge, address, time.monotonic())

Nobody is asked to prove that he is a human, and nearly nobody is refused: who is suspicious is
served behind those who are not, from a small share of each batch. All of it is in the memory of
one process and costs a few microseconds a press; no database is asked. What must hold over all
processes (a person's limit, his unpaid orders) is decided in the batch, and how many people
come with one browser where badges are issued.

Logs and figures know the reason and the person's number, never an address.
"""

import enum
from collections import Counter
from collections.abc import Hashable, Mapping
from math import ceil
from typing import NamedTuple, TypeVar

from django.conf import settings

from firsthand.kit import metrics
from firsthand.kit.errors import Refusal
from firsthand.kit.log import get_logger
from firsthand.kit.pace import Lately, Mark, Meters, Tolerance
from firsthand.order import sentences
from firsthand.people.actions import too_many_people
from firsthand.people.rules import Badge

WASTEFUL_SECONDS = 3600.0  # so long it is remembered that somebody lets much go unpaid
DEVICES_MAX = 200_000
LINES = Tolerance(20, 20, 0.2)  # of the log, for each reason

Name = TypeVar("Name", bound=Hashable)

log = get_logger(__name__)


class Reason(enum.StrEnum):
    """Why a press waits behind the others."""

    OFTEN = "often"  # this person presses oftener than people do
    CROWDED = "crowded"  # very many presses come from this address
    SHARED = "shared"  # several people press with this browser
    WASTEFUL = "wasteful"  # he lets much of what is held for him go unpaid


_counted = {reason: metrics.presses_slowed.labels(reason=reason.value) for reason in Reason}


class Signs(NamedTuple):
    """All that is looked at. Each sign alone is enough, so each can be named to who asks why."""

    person: Mark = Mark.FINE
    address: Mark = Mark.FINE
    people_here: int = 1  # who have pressed with this browser, he among them
    is_wasteful: bool = False


def reasons(signs: Signs, people_slow: int) -> list[Reason]:
    """Why a press waits behind the others; nothing for nearly everybody. Pure.

    >>> reasons(Signs(), 2), reasons(Signs(person=Mark.SOFT, people_here=3), 2)
    ([], [<Reason.OFTEN: 'often'>, <Reason.SHARED: 'shared'>])
    """
    found = []
    if signs.person is not Mark.FINE:
        found.append(Reason.OFTEN)
    if signs.address is not Mark.FINE:
        found.append(Reason.CROWDED)
    if signs.people_here > people_slow:
        found.append(Reason.SHARED)
    if signs.is_wasteful:
        found.append(Reason.WASTEFUL)
    return found


class Verdict(NamedTuple):
    """What becomes of a press: straight on, behind the others (why), or a refusal."""

    reasons: tuple[Reason, ...] = ()
    refusal: Refusal | None = None

    @property
    def is_slow(self) -> bool:
        """Whether it waits behind the others."""
        return bool(self.reasons)


STRAIGHT_ON = Verdict()


class Bounds(NamedTuple):
    """What a guard holds everybody to (``docs/abuse.md``)."""

    person: Tolerance = Tolerance(10, 60, 1)  # presses
    address: Tolerance = Tolerance(500, 20_000, 100)
    words: Tolerance = Tolerance(100, 100, 10)  # that one sends, over all of his sockets
    device_people_slow: int = 2  # a couple shares a telephone
    device_people_max: int = 5
    person_sockets: int = 20
    address_sockets: int = 2000
    has_slow_queue: bool = True


def bounds_of_house() -> Bounds:
    """What the settings say."""
    return Bounds(
        person=settings.PERSON_PACE,
        address=settings.ADDRESS_PACE,
        device_people_max=settings.DEVICE_PEOPLE_MAX,
        person_sockets=settings.PERSON_SOCKETS,
        address_sockets=settings.ADDRESS_SOCKETS,
        has_slow_queue=settings.SLOW_QUEUE,
    )


class Guard:
    """What one process knows of those who come. To be used on the loop alone.

    But for ``taken_back``, which the follower puts there: whose badges of an earlier epoch are
    worth nothing.
    """

    def __init__(self, bounds: Bounds | None = None) -> None:
        self._bounds = bounds = bounds or Bounds()
        self.taken_back: Mapping[int, int] = {}
        self._people: Meters[int] = Meters(bounds.person)
        self._addresses: Meters[str] = Meters(bounds.address)
        self._words: Meters[int | str] = Meters(bounds.words)
        self._here: Lately[str, tuple[int, ...]] = Lately(DEVICES_MAX)
        self._wasteful: Lately[int, float] = Lately()
        self._lines: Meters[Reason] = Meters(LINES)
        self._sockets: Counter[int | str] = Counter()
        self._sockets_from: Counter[str] = Counter()

    def judge(self, badge: Badge, address: str, now: float) -> Verdict:
        """What becomes of a press; ADDRESS is empty for a program on this machine."""
        if self.is_taken_back(badge):
            return Verdict(refusal=sentences.badge_expired())
        person_id, viewer, _epoch = badge
        person = self._people.count(person_id, now)
        from_there = self._addresses.count(address, now) if address else Mark.FINE
        here = self._here.get(viewer) or ()
        if person_id not in here:
            if len(here) >= self._bounds.device_people_max:
                return Verdict(refusal=too_many_people())
            here = (*here, person_id)
            self._here.set(viewer, here)
        is_wasteful = (self._wasteful.get(person_id) or now) > now
        if (
            person is from_there is Mark.FINE
            and len(here) <= self._bounds.device_people_slow
            and not is_wasteful
        ):
            return STRAIGHT_ON
        if person is Mark.HARD or from_there is Mark.HARD:
            wait = max(self._people.wait(person_id, now), self._addresses.wait(address, now))
            return Verdict(refusal=sentences.too_often(ceil(wait)))
        signs = Signs(person, from_there, len(here), is_wasteful)
        return self._slowed(person_id, reasons(signs, self._bounds.device_people_slow), now)

    def is_taken_back(self, badge: Badge | None) -> bool:
        """Whether this badge was good and is no longer."""
        return badge is not None and badge.epoch < self.taken_back.get(badge.person_id, 0)

    def lets_much_go(self, person_id: int, now: float) -> None:
        """The batch has seen that he lets much of what is held for him go unpaid."""
        self._wasteful.set(person_id, now + WASTEFUL_SECONDS)

    def allows_word(self, badge: Badge, now: float) -> bool:
        """Whether somebody may send one more word, over whichever of his sockets."""
        return self._words.count(badge.person_id or badge.viewer, now) is not Mark.HARD

    def enter(self, badge: Badge | None, address: str) -> bool:
        """Whether one more socket is opened to somebody; whoever is let in must leave again."""
        who = _name_of(badge)
        if who and self._sockets[who] >= self._bounds.person_sockets:
            metrics.sockets_refused.labels(reason="person").inc()
            return False
        if address and self._sockets_from[address] >= self._bounds.address_sockets:
            metrics.sockets_refused.labels(reason="address").inc()
            return False
        self._sockets[who] += 1
        self._sockets_from[address] += 1
        return True

    def leave(self, badge: Badge | None, address: str) -> None:
        """One of his sockets is closed."""
        _one_less(self._sockets, _name_of(badge))
        _one_less(self._sockets_from, address)

    def _slowed(self, person_id: int, found: list[Reason], now: float) -> Verdict:
        for reason in found:
            _counted[reason].inc()
            # A few lines are enough to know what goes on; a line for each bot would be the
            # most expensive thing about it (measured).
            if self._lines.count(reason, now) is Mark.FINE:
                log.info("press_slowed", person_id=person_id, reason=reason.value)
        return Verdict(tuple(found)) if self._bounds.has_slow_queue else STRAIGHT_ON


def _one_less(counted: Counter[Name], name: Name) -> None:
    counted[name] -= 1
    if counted[name] <= 0:
        del counted[name]


def _name_of(badge: Badge | None) -> int | str:
    if badge is None:
        return ""  # whoever has no badge is counted by his address alone
    return badge.person_id or badge.viewer
