"""One lane that takes what has gathered and settles it together.

A commit costs the same for one request as for two hundred, so nobody commits for himself.
Who asks leaves his request here and waits; one task carries everything that gathered
meanwhile into ONE transaction. Under no load a request travels alone and waits for nobody.

This is the bridge between the two worlds: requests come from an event loop, and a plain
function settles them in the lane's own thread. The thread is crossed once for each batch;
and since it is always the same thread, it keeps one connection and the plans made for it.

The queue has an end. When it is full the answer is ``Busy`` at once: a short wait that is
told beats a long wait that is not.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from django.db import Error, IntegrityError, close_old_connections, connections
from django.utils.translation import gettext_lazy as _

from firsthand.kit.errors import Busy

Request = TypeVar("Request")
Answer = TypeVar("Answer")

BATCH_MAX = 256
QUEUE_MAX = 4096


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
        self._waiting: deque[tuple[Request, asyncio.Future[Answer]]] = deque()
        self._somebody = asyncio.Event()

    def __len__(self) -> int:
        """How many are waiting."""
        return len(self._waiting)

    def ask(self, request: Request) -> asyncio.Future[Answer]:
        """Leave a request; await what is returned. Raises Busy when the queue is full."""
        if len(self._waiting) >= self._queue_max:
            raise Busy("busy", _("Very many people at once. Please press again in a second."))
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, answer))
        self._somebody.set()
        return answer

    async def run(self) -> None:
        """Settle what gathers, batch after batch, until cancelled."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="lane") as lane:
            try:
                while True:
                    await self._somebody.wait()
                    size = min(len(self._waiting), self._batch_max)
                    batch = [self._waiting.popleft() for _ in range(size)]
                    if not self._waiting:
                        self._somebody.clear()
                    await self._answer(lane, batch)
            finally:
                lane.submit(connections.close_all)

    async def _answer(
        self, lane: ThreadPoolExecutor, batch: list[tuple[Request, asyncio.Future[Answer]]]
    ) -> None:
        # A batch succeeds or fails as one, like the transaction it stands for; the lane
        # itself goes on, so that one bad batch does not close the shop.
        loop = asyncio.get_running_loop()
        try:
            answers = await loop.run_in_executor(
                lane, self._settle, [one for one, _waiting in batch]
            )
        except IntegrityError as fault:
            # Some row offends against the tables: each stands for himself, so that only
            # the guilty one is turned away.
            if len(batch) > 1:
                for one in batch:
                    await self._answer(lane, [one])
            else:
                _fail(batch, fault)
        except Exception as fault:  # noqa: BLE001 - handed on to everyone who waits
            if isinstance(fault, Error):
                await loop.run_in_executor(lane, close_old_connections)
            _fail(batch, fault)
        else:
            for (_asked, waiting), answer in zip(batch, answers, strict=True):
                if not waiting.done():  # the asker may have gone away meanwhile
                    waiting.set_result(answer)


def _fail(batch: list[tuple[Request, asyncio.Future[Answer]]], fault: Exception) -> None:
    for _asked, waiting in batch:
        if not waiting.done():
            waiting.set_exception(fault)
