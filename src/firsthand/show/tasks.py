"""What the worker does for shows: it forgets news that nobody can miss any more."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from firsthand.kit import outbox
from firsthand.kit.clock import now
from firsthand.kit.log import get_logger
from firsthand.show.store import feeds_needed

log = get_logger(__name__)


@app.periodic(cron="41 4 * * *")
@app.task(name="show.forget_news", queueing_lock="show.forget_news")
def forget_news(timestamp: int = 0) -> int:
    """Every night: events that are older than ``NEWS_DAYS``.

    A show's feed stays whole until its show has been over for as long; a replay needs none of
    it, since cues and lines have tables of their own.
    """
    before = now() - timedelta(days=settings.NEWS_DAYS)
    needed = feeds_needed(before)
    total = 0
    for feed in outbox.feeds():
        if feed in needed:
            continue
        while True:
            with transaction.atomic():
                forgotten = outbox.forget(feed, before)
            total += forgotten
            if forgotten < outbox.FORGET_AT_MOST:
                break
    if total:
        log.info("news_forgotten", events=total)
    return total
