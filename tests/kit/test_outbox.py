"""Feeds are numbered without a gap, in the order of commits, whoever writes and crashes."""

import threading
from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import connection, transaction

from firsthand.kit import outbox
from firsthand.kit.outbox import News


@dataclass(frozen=True, slots=True)
class Rung:
    """A bell rang, for the tests."""

    name: ClassVar[str] = "bell_rung"
    version: ClassVar[int] = 1

    times: int


@pytest.mark.django_db
def test_events_are_read_in_the_order_in_which_they_were_told() -> None:
    with transaction.atomic():
        assert outbox.tell("tower", [Rung(1), Rung(2)]) == 2
        assert outbox.tell("tower", [Rung(3)]) == 3
        assert outbox.tell("church", [Rung(9)]) == 1
    assert [news.body["times"] for news in outbox.after("tower", 1)] == [2, 3]
    assert outbox.after("tower", 0)[0].name == "bell_rung.v1"
    assert outbox.last("tower") == 3
    assert outbox.last("nowhere") == 0


@pytest.mark.django_db(transaction=True)
def test_an_event_without_its_change_is_refused() -> None:
    with pytest.raises(AssertionError, match="rumour"):
        outbox.tell("tower", [Rung(1)])


@pytest.mark.django_db(transaction=True)
def test_many_writers_of_whom_some_fail_leave_no_gap() -> None:
    def ring(writer: int) -> None:
        try:
            for n in range(10):
                try:
                    with transaction.atomic():
                        outbox.tell("tower", [Rung(writer * 100 + n)])
                        if (writer + n) % 3 == 0:
                            raise ZeroDivisionError
                except ZeroDivisionError:
                    pass
        finally:
            connection.close()

    writers = [threading.Thread(target=ring, args=[n]) for n in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    told = outbox.after("tower", 0)
    kept = sum((w + n) % 3 != 0 for w in range(8) for n in range(10))
    assert [news.seq for news in told] == list(range(1, kept + 1))


@pytest.mark.django_db(transaction=True)
def test_a_reader_uses_each_event_once_even_if_it_fails_half_way() -> None:
    with transaction.atomic():
        outbox.tell("tower", [Rung(1), Rung(2), Rung(3)])
    heard: list[int] = []

    def fail_at_two(news: News) -> None:
        if news.seq == 2:
            raise ZeroDivisionError
        heard.append(news.seq)

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.use("listener", "tower", fail_at_two)
    heard.clear()  # what was changed in that transaction is undone with it
    with transaction.atomic():
        assert outbox.use("listener", "tower", lambda news: heard.append(news.seq)) == 3
    with transaction.atomic():
        assert outbox.use("listener", "tower", lambda news: heard.append(news.seq)) == 0
    assert heard == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_two_readers_of_one_name_never_use_the_same_event() -> None:
    """The control: what keeps them apart is the locked position, and it is asked for here."""
    with transaction.atomic():
        outbox.tell("tower", [Rung(n) for n in range(50)])
    heard: list[int] = []
    gate = threading.Barrier(4)

    def read() -> None:
        try:
            gate.wait(10)
            with transaction.atomic():
                outbox.use("listener", "tower", lambda news: heard.append(news.seq))
        finally:
            connection.close()

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert sorted(heard) == list(range(1, 51))
