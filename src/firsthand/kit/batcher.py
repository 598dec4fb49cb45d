"""One lane that takes what has gathered and settles it together.

A commit costs the same for one request as for two hundred, so nobody commits for himself.
Who asks leaves his request here and is told; one thread carries everything that gathered
meanwhile into ONE transaction. Under no load a request travels alone and waits for nobody.

This is the bridge between the two worlds: requests come from an event loop, and a plain
function settles them in the lane's own thread, which takes what has gathered as soon as it is
free. The loop is crossed once for each batch; and since it is always the same thread, it keeps
one connection and the plans made for it.

The queue has an end, and the end is a *time*: nobody is let in who would wait longer than
WAIT_SECONDS at the pace at which batches are settled just now. Beyond it the answer is
``Busy`` at once: a short wait that is told beats a long wait that is not.

There is a second queue for those who look like programs. At most a tenth of each batch comes
from it, behind the others in the batch, so whoever stands in the first queue never waits for
them; when nobody does, they still come by a tenth of the largest batch only, or the next who
comes would wait behind a large batch of theirs. It has an end, too.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Generic, TypeVar

from django.db import Error, IntegrityError, close_old_connections, connections
from django.utils.translation import gettext_lazy as _

from firsthand.kit.errors import Busy
from firsthand.kit.log import get_logger
from firsthand.kit.patience import is_silence

Request = TypeVar("Request")
Answer = TypeVar("Answer")

log = get_logger(__name__)

# What somebody is told: his answer, or what went wrong.
Told = Callable[[Answer | None, Exception | None], None]

BATCH_MAX = 256
QUEUE_MAX = 8192  # in memory, however fast batches are settled
ROOM_AT_FIRST = 1024  # until the first full batch has told how fast we are
WAIT_SECONDS = 0.5
FULL_ENOUGH = 4  # a batch of a quarter of the largest tells how fast we are; a small one waits
TURN_SECONDS = 0.01  # the longest that a lane with little to do waits for its loop
SLOW_SHARE = 10  # one in so many of a batch may come from the second queue
SLOW_MAX = 1024  # in the second queue
SILENT_SECONDS = 0.5  # nobody is let in for so long after the database gave no answer
STEADY = 0.7  # of what was known, in a new estimate of the pace


class Batcher(Generic[Request, Answer]):
    """Gathers requests; SETTLE answers them in their order, as many as it is given."""

    def __init__(
        self,
        settle: Callable[[Sequence[Request]], Sequence[Answer]],
        *,
        batch_max: int = BATCH_MAX,
        queue_max: int = QUEUE_MAX,
    ) -> None:
        self._settle = settle
        self._batch_max, self._queue_max = batch_max, queue_max
        self._room = min(queue_max, ROOM_AT_FIRST)
        self._seconds_each = 0.0  # one request of a full batch; 0: not known yet
        self._silent_until = float("-inf")
        self._waiting: deque[tuple[Request, Told[Answer]]] = deque()
        self._slow: deque[tuple[Request, Told[Answer]]] = deque()
        self._somebody = threading.Event()
        self._is_called = self._is_over = False
        self._has_turned = threading.Event()
        self._is_settled = threading.Event()  # no batch is in the lane
        self._is_settled.set()
        self.settled = 0  # requests, since the beginning

    def __len__(self) -> int:
        """How many are waiting."""
        return len(self._waiting) + len(self._slow)

    @property
    def is_full(self) -> bool:
        """Whether whoever came now would wait too long."""
        return len(self._waiting) >= self._room

    @property
    def _is_silent(self) -> bool:
        return time.monotonic() < self._silent_until

    def leave(self, request: Request, told: Told[Answer], *, is_slow: bool = False) -> None:
        """Leave a request; TOLD is called on the loop. Raises Busy when the queue is full."""
        queue, room = (self._slow, SLOW_MAX) if is_slow else (self._waiting, self._room)
        if len(queue) >= room:
            raise busy()
        if self._is_silent:
            raise silent()
        queue.append((request, told))
        if not self._is_called:  # the lane is called when all who came in this turn are in
            self._is_called = True
            asyncio.get_running_loop().call_soon(self._call)

    def _call(self) -> None:
        self._is_called = False
        self._somebody.set()

    def ask(self, request: Request) -> asyncio.Future[Answer]:
        """Leave a request; await what is returned. Raises Busy when the queue is full."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.leave(request, partial(_tell, answer))
        return answer

    def let_finish(self, at_most_seconds: float) -> None:
        """Stand still, on the loop's own thread, until the batch in the lane is settled.

        For a loop that has too much to do: the lane's thread shares the interpreter with it.
        """
        self._is_settled.wait(at_most_seconds)

    async def run(self) -> None:
        """Settle what gathers, batch after batch, until cancelled."""
        loop = asyncio.get_running_loop()
        lane = threading.Thread(target=self._work, args=(loop,), name="lane", daemon=True)
        self._is_over = False
        lane.start()
        try:
            await loop.create_future()
        finally:
            self._is_over = True
            self._somebody.set()
            lane.join()

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        # All of this is the lane's thread. It takes its batches itself: if it had to ask the
        # loop for the next one, it would stand idle whenever the loop has much to do.
        while not self._is_over:
            self._somebody.wait()
            self._somebody.clear()
            while not self._is_over and (batch := self._next()):
                self._is_settled.clear()
                began = time.monotonic()
                self._answer(loop, batch)
                self.settled += len(batch)
                self._reckon(len(batch), time.monotonic() - began)
                self._is_settled.set()
                if len(self) * FULL_ENOUGH < self._batch_max:
                    self._let_gather(loop)
        connections.close_all()

    def _let_gather(self, loop: asyncio.AbstractEventLoop) -> None:
        # Those who are being told press again in a moment: taken one by one as they come, they
        # would make many small batches, and each costs what a large one costs. So when few
        # wait, let the loop turn once; but do not count on it.
        self._has_turned.clear()
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(loop.call_soon, self._has_turned.set)
        self._has_turned.wait(TURN_SECONDS)

    def _next(self) -> list[tuple[Request, Told[Answer]]]:
        share = max(1, self._batch_max // SLOW_SHARE)
        if self._waiting:  # the fewer they are, the sooner they have their answers
            share = min(share, max(1, len(self._waiting) // (SLOW_SHARE - 1)))
        slow = min(len(self._slow), share)
        size = min(len(self._waiting), max(1, self._batch_max - slow))
        batch = [self._waiting.popleft() for _ in range(size)]
        if size + slow <= self._batch_max:
            batch += [self._slow.popleft() for _ in range(slow)]
        return batch

    def _reckon(self, size: int, seconds: float) -> None:
        """How many may wait, by how long this batch took from its first to its last answer."""
        if size * FULL_ENOUGH < self._batch_max or self._is_silent:
            return
        known = self._seconds_each or seconds / size
        self._seconds_each = known * STEADY + seconds / size * (1 - STEADY)
        in_time = int(WAIT_SECONDS / self._seconds_each)
        self._room = max(min(self._batch_max, self._queue_max), min(in_time, self._queue_max))

    def _answer(
        self, loop: asyncio.AbstractEventLoop, batch: list[tuple[Request, Told[Answer]]]
    ) -> None:
        # A batch succeeds or fails as one, like the transaction it stands for; the lane
        # itself goes on, so that one bad batch does not close the shop.
        answers: Sequence[Answer | None] = [None] * len(batch)
        fault: Exception | None = None
        try:
            answers = self._settle([one for one, _told in batch])
        except IntegrityError as broken:
            # Some row offends against the tables: each stands for himself, so that only
            # the guilty one is turned away.
            if len(batch) > 1:
                for one in batch:
                    if self._is_silent:
                        _hand_over(loop, [one], [None], silent())
                    else:
                        self._answer(loop, [one])
                return
            fault = broken
        except Exception as other:  # noqa: BLE001 - handed on to everyone who waits
            fault = other
            if isinstance(other, Error):
                close_old_connections()
            if is_silence(other):
                self._turn_away(loop, batch, other)
                return
        _hand_over(loop, batch, answers, fault)

    def _turn_away(
        self,
        loop: asyncio.AbstractEventLoop,
        batch: list[tuple[Request, Told[Answer]]],
        fault: Exception,
    ) -> None:
        """The database does not answer: everyone is told now, and not one batch after another.

        After a moment somebody is let in again, and with him we see whether it is back.
        """
        log.error("database_silent", turned_away=len(batch) + len(self), exc_info=fault)
        self._silent_until = time.monotonic() + SILENT_SECONDS
        everyone = list(batch)
        for queue in (self._waiting, self._slow):
            while queue:
                everyone.append(queue.popleft())
        _hand_over(loop, everyone, [None] * len(everyone), silent())


def silent() -> Busy:
    """The database does not answer."""
    return Busy(
        "database_silent",
        _("Our books cannot be reached at this moment. Try again: one press counts once."),
    )


def busy() -> Busy:
    """The queue is full."""
    return Busy("busy", _("Very many people at once. Please press again in a second."))


def _hand_over(
    loop: asyncio.AbstractEventLoop,
    batch: Sequence[tuple[Request, Told[Answer]]],
    answers: Sequence[Answer | None],
    fault: Exception | None,
) -> None:
    with suppress(RuntimeError):  # the loop is closed: the process ends
        loop.call_soon_threadsafe(_tell_all, batch, answers, fault)


def _tell_all(
    batch: Sequence[tuple[Request, Told[Answer]]],
    answers: Sequence[Answer | None],
    fault: Exception | None,
) -> None:
    for (_asked, told), answer in zip(batch, answers, strict=True):
        try:
            told(answer, fault)
        except Exception:  # he is not told, and everyone behind him is
            log.exception("one_was_not_told")


def _tell(waiting: asyncio.Future[Answer], answer: Answer | None, fault: Exception | None) -> None:
    if waiting.done():  # the asker may have gone away meanwhile
        return
    if fault is not None:
        waiting.set_exception(fault)
    else:
        waiting.set_result(answer)  # type: ignore[arg-type]
