"""The follower: a thread that carries news from the outbox into the rooms.

It sleeps until PostgreSQL calls, reads what is new for the rooms that were called for,
makes ONE message of it in each language and hands that to the loop. It never looks oftener
than a BEAT, so a burst of orders becomes five messages a second and not two hundred; and
every SWEEP it looks at every room, so a call that was lost costs a moment and not an event.

It also hears whose badges were taken back, and tells the guard at the door.

Prices and ladders change outside of shows, too (in the office, by a new plan of the factory).
Rooms that have such a SKU on offer are told how it looks now; it has no number in their feed.

A room is opened with one snapshot, in which state and number agree, and with the facts just
before it, so that whoever was cut off while this process was restarted misses nothing.
"""

import asyncio
import re
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from django.db import Error, close_old_connections, connection

from firsthand.faces.live.guard import Guard
from firsthand.faces.live.hub import LANGUAGES, Hub, Message, Room, said
from firsthand.kit import clock, metrics, outbox
from firsthand.kit.errors import NotFound
from firsthand.kit.log import get_logger
from firsthand.kit.outbox import News
from firsthand.look import render
from firsthand.look.render import Changed
from firsthand.people.actions import badges_taken_back
from firsthand.show import store
from firsthand.show.rules import RoomState, apply_all, beside
from firsthand.show.wire import changed_offers, offers_of, tick_of

BEAT_SECONDS = 0.2
SWEEP_SECONDS = 0.5
PATIENCE_SECONDS = 1.0
RECALL = 200  # facts from before a room was opened, for those who come back to it
RECALL_CHUNK = 20  # told in messages of so many, so that few are heard twice
ILL_SECONDS = 5.0  # without a look at the database for so long, this process is not well

BESIDE = ("price", "promise")  # feeds whose news concerns every room that offers the SKU
PEOPLE_SECONDS = 5.0
PEOPLE = "people"  # by this word we are called when somebody's badges are taken back

_ID = re.compile(r'\bid="([^"]+)"')

log = get_logger(__name__)

Looks = dict[str, dict[str, str]]  # by language, by the id of the element


class Follower(threading.Thread):
    """Reads on a connection of its own; touches rooms only through the loop."""

    def __init__(self, hub: Hub, guard: Guard, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(name="follower", daemon=True)
        self._hub, self._guard, self._loop = hub, guard, loop
        self._over, self._knows = threading.Event(), threading.Event()
        self._ear, self._bell = socket.socketpair()
        self._bell.setblocking(False)
        self._looked_at = time.monotonic()
        self._beside: dict[str, int] = {}  # how far we are in the feeds beside

    @property
    def is_well(self) -> bool:
        """Whether it has looked at the database lately."""
        return self.is_alive() and time.monotonic() - self._looked_at < ILL_SECONDS

    def ring(self) -> None:
        """A room was entered that is not open yet: do not sleep on."""
        with suppress(BlockingIOError):  # it has been rung often enough
            self._bell.send(b"!")

    def wait_until_it_knows(self) -> bool:
        """Wait until it is known whose badges were taken back; not for long, if nobody can say."""
        return self._knows.wait(ILL_SECONDS)

    def stop(self) -> None:
        """Ask the thread to end; it does so within a BEAT."""
        self._over.set()
        self.ring()

    def run(self) -> None:
        """Follow, and after a fault follow again from where it was, until stopped."""
        while not self._over.is_set():
            try:
                self._follow()
            except Exception:  # whatever it was: a room that hears nothing is worse
                metrics.faults.labels(where="follower").inc()
                log.exception("follower_stumbled")
                connection.close()
                self._over.wait(PATIENCE_SECONDS)
        connection.close()
        self._ear.close()
        self._bell.close()

    def _follow(self) -> None:
        close_old_connections()
        with connection.cursor() as cursor:
            cursor.execute("listen outbox")
        called: set[str] | None = None  # None: look everywhere
        swept_at = people_at = time.monotonic()
        while not self._over.is_set():
            rooms = list(self._hub.rooms.values())
            for room in rooms:
                self._look_after(room, called)
            for feed in BESIDE:
                if called is None or feed in called:
                    self._look_beside(feed, rooms)
            if (called and PEOPLE in called) or time.monotonic() >= people_at:
                self._guard.taken_back = badges_taken_back(clock.now())
                people_at = time.monotonic() + PEOPLE_SECONDS
                self._knows.set()
            self._looked_at = time.monotonic()
            self._over.wait(BEAT_SECONDS)
            called = self._calls()
            if time.monotonic() - swept_at >= SWEEP_SECONDS:
                called, swept_at = None, time.monotonic()

    def _calls(self) -> set[str]:
        """Sleep until somebody calls, at most until the next sweep; which feeds have news."""
        pg = connection.connection
        # Not select(): with a thousand sockets open it cannot look at the next one.
        with selectors.DefaultSelector() as ears:
            ears.register(pg.fileno(), selectors.EVENT_READ)
            ears.register(self._ear, selectors.EVENT_READ)
            called = {key.fileobj for key, _events in ears.select(SWEEP_SECONDS)}
        if self._ear in called:
            self._ear.recv(4096)
        with connection.wrap_database_errors:
            return {call.payload for call in pg.notifies(timeout=0)}

    def _look_after(self, room: Room, called: set[str] | None) -> None:
        if room.carried is None:
            self._open(room)
        elif called is None or f"show:{room.show_id}" in called:
            self._carry(room)

    def _open(self, room: Room) -> None:
        if room.opened.is_set():  # and not carried: there is no such show
            return
        try:
            state = store.snapshot(room.show_id)
        except NotFound:
            self._call(self._hub.refuse, room)
            return
        since = max(0, state.seq - RECALL)
        news = outbox.after(f"show:{room.show_id}", since, state.seq - since)
        since = news[0].seq - 1 if news else state.seq  # older news may be forgotten
        skus = {sku_id for offer in state.offers.values() for sku_id in offer.sku_ids}
        looks = looks_of(Changed(cards=set(state.offers), prices=skus, ladders=skus))
        chunks = [news[at : at + RECALL_CHUNK] for at in range(0, len(news), RECALL_CHUNK)]
        recent = [
            message_of(chunk, state, None, looks if chunk is chunks[-1] else {}) for chunk in chunks
        ]
        room.carried = state
        self._call(self._hub.open, room, state, since, recent, looks)

    def _carry(self, room: Room) -> None:
        before = room.carried
        assert before is not None, "an open room has been carried to"
        while news := outbox.after(f"show:{room.show_id}", before.seq):
            state = apply_all(before, news)
            looks = looks_of(render.changed(news))
            message = message_of(news, state, before, looks)
            room.carried = before = state
            self._call(self._hub.say, room, message, state, looks)

    def _look_beside(self, feed: str, rooms: Sequence[Room]) -> None:
        seen = self._beside.get(feed)
        if seen is None:  # what was before us is in every room's snapshot
            self._beside[feed] = outbox.last(feed)
            return
        while news := outbox.after(feed, seen):
            seen = self._beside[feed] = news[-1].seq
            for room in rooms:
                if room.carried is not None:
                    self._tell_beside(room, room.carried, news)

    def _tell_beside(self, room: Room, before: RoomState, news: Sequence[News]) -> None:
        offers: dict[int, set[int]] = {}
        for offer_id, offer in before.offers.items():
            for sku_id in offer.sku_ids:
                offers.setdefault(sku_id, set()).add(offer_id)
        news = [item for item in news if item.body.get("sku_id") in offers]
        if not news:
            return
        state = before
        for item in news:
            state = beside(state, item)
        skus = {item.body["sku_id"] for item in news}
        cards = {offer_id for sku_id in skus for offer_id in offers[sku_id]}
        looks = looks_of(Changed(cards=cards, prices=skus, ladders=skus))
        told = {
            "t": "tick",
            "seq": before.seq,
            "now_ms": clock.epoch_ms(clock.now()),
            "offers": offers_of(changed_offers(state, before)),
        }
        room.carried = state
        self._call(self._hub.say, room, Message(None, _in_each(told, looks)), state, looks)

    def _call(self, act: Callable[..., object], *words: object) -> None:
        with suppress(RuntimeError):  # the loop is closed: we are about to end
            self._loop.call_soon_threadsafe(act, *words)


def looks_of(changed: Changed) -> Looks:
    """How changed things look now, in each language, by the id of their element.

    What cannot be drawn is left out, and logged: the facts of the tick go on without it.
    """
    try:
        seen = render.see(changed)
        return {language: _by_id(render.dress(seen, language)) for language in LANGUAGES}
    except Error:
        raise  # the database is gone: look again when it is back
    except Exception:
        metrics.faults.labels(where="looks").inc()
        log.exception("looks_not_drawn")
        return {}


def _by_id(fragments: Iterable[str]) -> dict[str, str]:
    found = ((_ID.search(fragment), fragment) for fragment in fragments)
    return {match[1]: fragment for match, fragment in found if match}


def message_of(
    news: Sequence[News], state: RoomState, before: RoomState | None, looks: Looks
) -> Message:
    """News as a room is told of it: what became different, and how it looks."""
    tick = {**tick_of(news, state, before), "now_ms": clock.epoch_ms(clock.now())}
    return Message(news[-1].seq, _in_each(tick, looks))


def _in_each(words: dict[str, Any], looks: Looks) -> dict[str, str]:
    texts: dict[str, str] = {}
    for language in LANGUAGES:
        fragments = "".join(looks.get(language, {}).values())
        if fragments or not texts:
            texts[language] = said({**words, "look": fragments} if fragments else words)
        else:  # without a look a message is the same in every language
            texts[language] = next(iter(texts.values()))
    return texts
