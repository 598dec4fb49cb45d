"""The lane: what gathers is settled together, one bad request harms nobody, full is said."""

import asyncio
import threading
import time
from collections.abc import Sequence

import pytest
from django.db import IntegrityError

from firsthand.kit.batcher import SLOW_MAX, WAIT_SECONDS, Batcher
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
    assert batches[2] == [*range(37, 46), -4], "a tenth of a small batch is less"
    assert batches[3:] == [[-5, -6], [-7, -8], [-9]], "alone they come by few, too"


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


def test_the_lane_goes_on_by_itself_while_the_loop_has_no_time_for_it() -> None:
    """Or a loop that is busy turning people away would leave the lane idle."""
    batches: list[int] = []
    all_settled = threading.Event()

    def settle(batch: Sequence[int]) -> list[int]:
        batches.append(len(batch))
        if sum(batches) == 10:
            all_settled.set()
        return list(batch)

    async def scene() -> None:
        lane: Batcher[int, int] = Batcher(settle, batch_max=2)
        task = asyncio.create_task(lane.run())
        waiting = [lane.ask(number) for number in range(10)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        # From here on the loop does not turn; five batches are settled all the same.
        assert all_settled.wait(10)
        assert not any(one.done() for one in waiting)
        lane.let_finish(10)
        assert await asyncio.gather(*waiting) == list(range(10))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(scene())
    assert batches == [2, 2, 2, 2, 2]


def test_the_queue_ends_where_the_wait_would_be_too_long() -> None:
    """At ten milliseconds each, those whom half a second serves; before that nobody knows."""

    async def scene() -> int:
        lane: Batcher[int, int] = Batcher(slow, batch_max=4)
        task = asyncio.create_task(lane.run())
        await asyncio.gather(*(lane.ask(number) for number in range(40)))
        go_on.clear()
        lane.ask(-1)
        let_in = 0
        while not lane.is_full:
            lane.ask(let_in)
            let_in += 1
        with pytest.raises(Busy):
            lane.ask(-2)
        go_on.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return let_in

    go_on = threading.Event()
    go_on.set()

    def slow(batch: Sequence[int]) -> list[int]:
        go_on.wait(10)
        time.sleep(0.01 * len(batch))
        return list(batch)

    assert 4 <= asyncio.run(scene()) <= WAIT_SECONDS / 0.01
