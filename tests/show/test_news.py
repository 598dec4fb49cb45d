"""News is forgotten when nobody can miss it, and not before."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from django.conf import settings
from django.db import connection, transaction

from firsthand.kit import outbox
from firsthand.kit.clock import now
from firsthand.show import store, tasks
from firsthand.show.actions import air
from firsthand.show.models import Show
from tests.show.stage import show_on_air

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bell:
    """A bell rang, for the tests."""

    name: ClassVar[str] = "bell_rung"
    version: ClassVar[int] = 1

    times: int


def tell(feed: str, count: int, days_ago: float = 0) -> None:
    """So many events of so long ago."""
    with transaction.atomic():
        last = outbox.tell(feed, [Bell(n) for n in range(count)])
    with connection.cursor() as cursor:
        cursor.execute(
            "update kit_told set told_at = %s where feed_id = %s and seq > %s",
            [now() - days_ago * DAY, feed, last - count],
        )


def kept(feed: str) -> list[int]:
    return [news.seq for news in outbox.after(feed, 0)]


def test_what_is_old_goes_from_the_front_and_the_numbers_go_on() -> None:
    tell("tower", 3, days_ago=settings.NEWS_DAYS + 1)
    tell("tower", 2, days_ago=settings.NEWS_DAYS - 1)
    assert tasks.forget_news() == 3
    assert kept("tower") == [4, 5]
    tell("tower", 1)
    assert kept("tower") == [4, 5, 6]
    assert tasks.forget_news() == 0


def test_what_a_reader_has_yet_to_use_stays_and_all_that_comes_after_it() -> None:
    tell("tower", 2, days_ago=400)
    with transaction.atomic():
        outbox.use("quick", "tower", lambda news: None)
        outbox.use("slow", "tower", lambda news: None)
    tell("tower", 2, days_ago=300)
    with transaction.atomic():
        outbox.use("quick", "tower", lambda news: None)
    assert tasks.forget_news() == 2
    heard: list[int] = []
    with transaction.atomic():
        outbox.use("slow", "tower", lambda news: heard.append(news.seq))
    assert heard == [3, 4]
    assert tasks.forget_news() == 2


def test_more_than_one_transaction_may_hold_is_forgotten_in_several(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "FORGET_AT_MOST", 4)
    tell("tower", 10, days_ago=400)
    before = now()
    assert [outbox.forget("tower", before, 4) for _ in range(4)] == [4, 4, 2, 0]


def test_the_feed_of_a_show_stays_whole_until_the_show_has_been_over_for_long() -> None:
    show = show_on_air()
    feed = f"show:{show.pk}"
    tell(feed, 5, days_ago=400)
    whole = kept(feed)
    assert tasks.forget_news() == 0, "it is on air, however long"
    with transaction.atomic():
        air.end_show(show.pk)
    assert tasks.forget_news() == 0
    assert kept(feed) == [*whole, whole[-1] + 1]
    Show.objects.update(ended_at=now() - (settings.NEWS_DAYS + 1) * DAY)
    assert tasks.forget_news() == len(whole)
    assert kept(feed) == [whole[-1] + 1], "that it ended was told just now"
    assert store.snapshot(show.pk).seq == whole[-1] + 1, "a replay needs none of it"
