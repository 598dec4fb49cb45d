"""Many viewers at once: they come one after the other, stay, and leave together."""

import asyncio
import random
import time
from collections.abc import Callable

from firsthand.rehearse.summary import Summary
from firsthand.rehearse.viewer import Viewer

VIEWERS_MAX = 5000
ARRIVAL_SHARE = 0.2  # of the time, in which everyone comes in
ARRIVAL_SECONDS_MAX = 20.0
TELL_SECONDS = 0.5


class Audience:
    """A rehearsal's audience, drawn from a seed."""

    def __init__(self, address: str, slug: str, *, viewers: int, seed: int) -> None:
        if not 1 <= viewers <= VIEWERS_MAX:
            raise SystemExit(f"an audience has 1 to {VIEWERS_MAX} viewers")
        self._summary = Summary(viewers=viewers)
        self._viewers = [
            Viewer(address, slug, seed * VIEWERS_MAX + n, self._summary) for n in range(viewers)
        ]
        self._chance = random.Random(seed)  # noqa: S311 - behaviour, not secrets

    def run(self, seconds: int, passed: Callable[[float], object] = lambda _: None) -> Summary:
        """Let them watch for so long; PASSED hears how many seconds are over."""
        return asyncio.run(self._run(seconds, passed))

    async def _run(self, seconds: int, passed: Callable[[float], object]) -> Summary:
        began = time.monotonic()
        until = began + seconds
        watching = [
            asyncio.create_task(self._come(viewer, seconds, until)) for viewer in self._viewers
        ]
        while not all(task.done() for task in watching) and time.monotonic() < until:
            await asyncio.sleep(TELL_SECONDS)
            passed(min(seconds, time.monotonic() - began))
        for outcome in await asyncio.gather(*watching, return_exceptions=True):
            if isinstance(outcome, BaseException):
                self._summary.faults[f"{type(outcome).__name__}: {outcome}"[:80]] += 1
        self._summary.seconds = time.monotonic() - began
        return self._summary

    async def _come(self, viewer: Viewer, seconds: int, until: float) -> None:
        latest = min(ARRIVAL_SECONDS_MAX, seconds * ARRIVAL_SHARE)
        await asyncio.sleep(self._chance.uniform(0, latest))
        await viewer.watch(until)
