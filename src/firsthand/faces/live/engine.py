"""The engine's front: which of its parts a caller wants, and what runs while it is up."""

import asyncio
import gc
import sys
from collections.abc import Sequence
from contextlib import suppress

from asgiref.typing import (
    ASGIReceiveCallable,
    ASGISendCallable,
    HTTPScope,
    Scope,
)
from django.db import transaction

from firsthand.faces.live import answers, room
from firsthand.faces.live.follower import Follower
from firsthand.faces.live.gather import Gatherer
from firsthand.faces.live.guard import Guard, bounds_of_house
from firsthand.faces.live.hub import Hub
from firsthand.faces.live.intake import Intake
from firsthand.kit import metrics
from firsthand.kit.batcher import Batcher
from firsthand.show.actions.chat import Heard, say_lines
from firsthand.show.speech import Spoken

# How long a busy loop keeps the interpreter before a lane may have it. A lane asks for it a
# dozen times in each batch, whenever PostgreSQL has answered; with Python's default of five
# milliseconds it would spend much of the batch waiting. Measured: a fifth more orders.
HAND_OVER_SECONDS = 0.0003
SILENCE_SECONDS = 10.0

# How much the collector lets gather before it looks for rubbish, by age. All that a burst makes
# is gone by itself (nothing was ever found); a look through what is old, every connection and
# every buyer's pace, held up everybody for 50 to 150 ms. So it is taken in a quiet moment.
RUBBISH = (20_000, 50, 1_000_000)
TIDY_SECONDS = 60.0


def say_in_one_transaction(batch: Sequence[Spoken]) -> list[Heard]:
    """A face opens the transaction; this one does so for everyone who speaks at once."""
    with transaction.atomic():
        return say_lines(batch)


class Engine:
    """An ASGI application that owns its loop's tasks and threads, and nothing else.

    Orders and quotes do not come this way: ``http.Front`` hands them to the intake itself.
    """

    def __init__(self) -> None:
        self.hub = Hub()
        self.guard = Guard(bounds_of_house())
        self.intake = Intake(self.guard)
        self.gather = Gatherer(self.hub)
        self.chat: room.ChatLane = Batcher(say_in_one_transaction)
        self._follower: Follower | None = None

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Answer one caller."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            assert self._follower is not None, "nobody comes in before the engine is up"
            ring = self._follower.ring
            await room.watch(
                self.hub, self.intake, self.chat, self.gather, ring, scope, receive, send
            )
        else:
            await self._about_itself(scope, send)

    async def _about_itself(self, scope: HTTPScope, send: ASGISendCallable) -> None:
        words: dict[str, object]
        if scope["path"] == "/live/healthz":
            is_well = self._follower is not None and self._follower.is_well
            words = {
                "status": "ok" if is_well else "ill",
                "viewers": self.hub.viewers,
                "rooms": len(self.hub.rooms),
            }
            await answers.say(send, 200 if is_well else 503, answers.encode(words))
        elif scope["path"] == "/live/metrics":
            content_type, text = metrics.exposition()
            await answers.say(send, 200, text, content_type.encode())
        else:
            problem = {"type": "/problems/not_found", "title": "Not found", "status": 404}
            words = {**problem, "code": "not_found"}
            await answers.say(send, 404, answers.encode(words), answers.PROBLEM)

    async def _live(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        await receive()
        self._follower = follower = Follower(self.hub, self.guard, asyncio.get_running_loop())
        follower.start()
        await asyncio.to_thread(follower.wait_until_it_knows)
        tasks = [
            asyncio.create_task(work)
            for work in (
                self.intake.lane.run(),
                self.chat.run(),
                self.gather.run(),
                self._break_the_silence(),
                self._tidy(),
            )
        ]
        sys.setswitchinterval(HAND_OVER_SECONDS)
        # What is here now stays: the collector need not walk through all of Django, with
        # every buyer waiting, each time that a burst makes it look for rubbish.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*RUBBISH)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        follower.stop()
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        await asyncio.to_thread(follower.join)
        await send({"type": "lifespan.shutdown.complete"})

    async def _break_the_silence(self) -> None:
        while True:
            await asyncio.sleep(SILENCE_SECONDS)
            self.hub.beat()

    async def _tidy(self) -> None:
        settled = 0
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            before, settled = settled, self.intake.lane.orders.settled
            if settled == before:  # a minute without a press
                gc.collect()
