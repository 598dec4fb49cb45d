"""The lane: what gathers is settled together, one bad request harms nobody, full is said."""

import asyncio
from collections.abc import Sequence

import pytest
from django.db import IntegrityError

from firsthand.kit.batcher import SLOW_MAX, Batcher
from firsthand.kit.errors import Busy


def run(lane: "Batcher[int, int]", numbers: Sequence[int]) -> list[int | BaseException]:
    async def ask_all() -> list[int | BaseException]:
        waiting = [lane.ask(number) for number in numbers]
        task = asyncio.create_task(lane.run())
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return answers

    return asyncio.run(ask_all())


def test_what_gathered_goes_in_one_batch_and_each_gets_his_own_answer() -> None:
    batches: list[int] = []

    def double(batch: Sequence[int]) -> list[int]:
        batches.append(len(batch))
        return [number * 2 for number in batch]

    assert run(Batcher(double), range(300)) == [number * 2 for number in range(300)]
    assert batches == [256, 44]


def test_one_who_offends_the_tables_is_turned_away_alone() -> None:
    def settle(batch: Sequence[int]) -> list[int]:
        if 13 in batch:
            raise IntegrityError("thirteen")
        return list(batch)

    answers = run(Batcher(settle), [1, 13, 2])
    assert answers[0] == 1
    assert isinstance(answers[1], IntegrityError)
    assert answers[2] == 2


def test_a_fault_reaches_all_of_its_batch_and_the_lane_goes_on() -> None:
    async def twice() -> tuple[list[object], int]:
        def settle(batch: Sequence[int]) -> list[int]:
            if -1 in batch:
                raise ZeroDivisionError
            return list(batch)

        lane: Batcher[int, int] = Batcher(settle)
        bad = [lane.ask(-1), lane.ask(5)]
        task = asyncio.create_task(lane.run())
        first = await asyncio.gather(*bad, return_exceptions=True)
        second = await lane.ask(7)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return list(first), second

    first, second = asyncio.run(twice())
    assert all(isinstance(answer, ZeroDivisionError) for answer in first)
    assert second == 7


def test_a_full_queue_says_so_at_once() -> None:
    async def press() -> None:
        lane: Batcher[int, int] = Batcher(list, queue_max=2)
        lane.ask(1)
        lane.ask(2)
        with pytest.raises(Busy) as busy:
            lane.ask(3)
        assert busy.value.status == 503

    asyncio.run(press())


def test_whoever_stands_in_the_first_queue_never_waits_for_the_second() -> None:
    batches: list[list[int]] = []

    def settle(batch: Sequence[int]) -> list[int]:
        batches.append(list(batch))
        return list(batch)

    async def scene() -> None:
        lane: Batcher[int, int] = Batcher(settle, batch_max=20)
        done = asyncio.Event()
        told: list[int | None] = []

        def tell(answer: int | None, fault: Exception | None) -> None:
            told.append(answer)
            if len(told) == 55:
                done.set()

        for n in range(10):
            lane.leave(-n, tell, is_slow=True)
        for n in range(1, 46):
            lane.leave(n, tell)
        assert len(lane) == 55
        task = asyncio.create_task(lane.run())
        await asyncio.wait_for(done.wait(), 10)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(scene())
    assert batches[0] == [*range(1, 19), 0, -1], "a tenth, and behind the others"
    assert batches[1] == [*range(19, 37), -2, -3]
    assert batches[2] == [*range(37, 46), -4, -5]
    assert batches[3:] == [[-6, -7], [-8, -9]], "alone they come by few, too: somebody may come"


def test_the_second_queue_has_an_end_of_its_own() -> None:
    async def press() -> None:
        lane: Batcher[int, int] = Batcher(list)
        for n in range(SLOW_MAX):
            lane.leave(n, lambda answer, fault: None, is_slow=True)
        with pytest.raises(Busy):
            lane.leave(-1, lambda answer, fault: None, is_slow=True)
        assert not lane.is_full
        lane.leave(1, lambda answer, fault: None)

    asyncio.run(press())
