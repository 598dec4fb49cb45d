"""The two ways into the database: orders never wait behind those who only ask.

A face opens the transaction; these do so for a whole batch of callers.
"""

import asyncio
import time
from collections.abc import Sequence

from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected, SerializationFailure

from firsthand.kit import metrics
from firsthand.kit.batcher import Batcher
from firsthand.kit.clock import now
from firsthand.order.actions.settle import settle
from firsthand.order.quotes import Asked, Quote, quotes
from firsthand.order.rules import Answer, Press

QUOTES_AT_ONCE = 128
TRIES = 3  # when PostgreSQL says that two transactions stood in each other's way


def settle_in_one_transaction(batch: Sequence[Press]) -> list[Answer]:
    """A batch of presses, in one transaction; again if another one stood in its way."""
    began = time.perf_counter()
    answered = _settle(batch)
    metrics.batch_seconds.observe(time.perf_counter() - began)
    metrics.batch_size.observe(len(batch))
    return answered


def _settle(batch: Sequence[Press]) -> list[Answer]:
    for _try in range(TRIES - 1):
        try:
            with transaction.atomic():
                return settle(batch, now())
        except OperationalError as fault:
            if not isinstance(fault.__cause__, DeadlockDetected | SerializationFailure):
                raise
    with transaction.atomic():
        return settle(batch, now())


def quote_in_one_transaction(batch: Sequence[Asked]) -> list[Quote | None]:
    """The terms of a batch of offers, all as of one instant."""
    with transaction.atomic():
        return quotes(batch, now())


class Lanes:
    """Both lanes of a process."""

    def __init__(self) -> None:
        self.orders: Batcher[Press, Answer] = Batcher(settle_in_one_transaction)
        self.quotes: Batcher[Asked, Quote | None] = Batcher(
            quote_in_one_transaction, batch_max=QUOTES_AT_ONCE
        )

    async def run(self) -> None:
        """Settle and quote, batch after batch, until cancelled."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self.orders.run())
            both.create_task(self.quotes.run())
