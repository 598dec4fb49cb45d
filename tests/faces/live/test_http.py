"""The order door's own HTTP: whole, in order, within limits, and everything else is uvicorn's."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

from firsthand.faces.live.http import AHEAD_MAX, BODY_KEPT, BODY_MAX, HEAD_MAX
from firsthand.faces.live.intake import Intake
from firsthand.kit.batcher import Batcher
from tests.faces.live.fronts import ELSEWHERE, Echo, Patient, house, press

GET = b"GET /live/healthz HTTP/1.1\r\nHost: x\r\n\r\n"


def play(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scene)


def test_answers_leave_in_the_order_of_the_requests_whoever_is_settled_first() -> None:
    async def scene() -> None:
        door = Patient()
        async with house(door) as front:
            caller = await front.call()
            caller.say(press(b"one"), press(b"two"), press(b"three"))
            one, two, three = await door.until(3)
            assert [turn.body for turn in door.turns] == [b"one", b"two", b"three"]
            three.tell(409, b"{3}")
            two.tell(201, b"{2}")
            one.tell(201, b"{1}")
            answers = [await caller.hear() for _ in range(3)]
            assert [(status, body) for status, _headers, body in answers] == [
                (201, b"{1}"),
                (201, b"{2}"),
                (409, b"{3}"),
            ]

    play(scene())


def test_a_request_that_comes_letter_by_letter_is_the_same_request() -> None:
    async def scene() -> None:
        async with house(Echo()) as front:
            caller = await front.call()
            for letter in press(b'{"a": 1}', b"Accept-Language: en"):
                caller.say(bytes([letter]))
                await caller.writer.drain()
                await asyncio.sleep(0)
            status, headers, body = await caller.hear()
            assert (status, body) == (201, b'{"a": 1}')
            assert headers["content-type"] == "application/json"
            assert headers["cache-control"] == "no-store"

    play(scene())


def test_a_connection_is_kept_unless_somebody_says_so() -> None:
    async def scene() -> None:
        async with house(Echo()) as front:
            caller = await front.call()
            for n in range(5):
                caller.say(press(b"%d" % n))
                assert (await caller.hear())[2] == b"%d" % n
            caller.say(press(b"last", b"Connection: close"))
            _status, headers, body = await caller.hear()
            assert (headers["connection"], body) == ("close", b"last")
            assert await caller.hear_out() == b""
            old = await front.call()
            old.say(press(b"old").replace(b"HTTP/1.1", b"HTTP/1.0"))
            assert (await old.hear())[1]["connection"] == "close"
            assert await old.hear_out() == b""

    play(scene())


def test_whoever_is_silent_for_long_is_closed_and_whoever_waits_is_not() -> None:
    async def scene() -> None:
        door = Patient()
        async with house(door, timeout_keep_alive=0.05) as front:
            caller = await front.call()
            caller.say(press(b"one"))
            [one] = await door.until(1)
            one.tell(201, b"{}")
            await caller.hear()
            caller.say(press(b"two"))
            two = (await door.until(2))[1]
            await asyncio.sleep(0.2)  # four times as long as a silent one is suffered
            two.tell(201, b"{}")
            assert (await caller.hear())[0] == 201
            assert await caller.hear_out() == b""

    play(scene())


def test_a_head_is_answered_without_a_body() -> None:
    async def scene() -> None:
        async with house(Echo()) as front:
            caller = await front.call()
            quote = b" /live/88/quote?offer=7 HTTP/1.1\r\nHost: x\r\n\r\n"
            caller.say(b"HEAD", quote, b"GET", quote)
            status, headers, _nothing = await caller.hear(has_body=False)
            assert (status, headers["content-length"]) == (200, "7")
            assert (await caller.hear())[2] == b"offer=7"

    play(scene())


def test_a_body_that_is_too_large_is_not_kept_and_an_endless_one_is_cut_off() -> None:
    async def scene() -> None:
        door = Patient()
        async with house(door) as front:
            caller = await front.call()
            caller.say(press(b"x" * 300_000), press(b"next"))
            large, following = await door.until(2)
            assert large.size == 300_000
            assert len(large.body) < 300_000
            assert len(large.body) > BODY_KEPT
            large.tell(413, b"{}")
            following.tell(201, b"{}")
            assert (await caller.hear())[0] == 413
            assert (await caller.hear())[0] == 201

            endless = await front.call()
            endless.say(press(b"x" * (BODY_MAX + 300_000)))
            turn = (await door.until(3))[2]
            turn.tell(413, b"{}")
            assert (await endless.hear())[0] == 413
            assert await endless.hear_out() == b""
        assert len(door.turns) == 3

    play(scene())


def test_a_head_without_end_is_cut_off() -> None:
    async def scene() -> None:
        async with house(Echo()) as front:
            caller = await front.call()
            caller.say(b"POST /live/88/orders HTTP/1.1\r\nHost: x\r\n")
            for _ in range(HEAD_MAX // 1024 + 300):
                caller.say(b"X-Filler: ", b"x" * 1024, b"\r\n")
                await asyncio.sleep(0)
            assert (await caller.hear())[0] == 400

    play(scene())


def test_what_is_no_http_is_told_so_after_those_who_asked_before() -> None:
    async def scene() -> None:
        door = Patient()
        async with house(door) as front:
            caller = await front.call()
            caller.say(b"how do you do\r\n\r\n")
            assert (await caller.hear())[0] == 400
            assert await caller.hear_out() == b""
            other = await front.call()
            other.say(press(b"one"), b"how do you do\r\n\r\n", press(b"two"))
            [one] = await door.until(1)
            one.tell(201, b"{}")
            assert (await other.hear())[0] == 201
            assert await other.hear_out() == b""
        assert len(door.turns) == 1

    play(scene())


def test_everything_else_goes_uvicorns_own_way() -> None:
    async def scene() -> None:
        async with house(Echo()) as front:
            caller = await front.call()
            elsewhere = (b"/live/x/orders", b"/live/88/orders/", b"/live/88/order", b"/")
            for path in elsewhere:
                caller.say(press(b"one", path=path))
                assert (await caller.hear())[2] == ELSEWHERE
                caller.say(press(b"two"))
                assert (await caller.hear())[2] == b"two"
            caller.say(GET, GET)
            assert (await caller.hear())[2] == ELSEWHERE
            assert (await caller.hear())[2] == ELSEWHERE

    play(scene())


def test_who_asks_ahead_for_both_is_answered_up_to_there() -> None:
    async def scene() -> None:
        door = Patient()
        async with house(door) as front:
            caller = await front.call()
            caller.say(press(b"one"), GET, press(b"two"))
            [one] = await door.until(1)
            one.tell(201, b"{}")
            assert (await caller.hear())[0] == 201
            assert await caller.hear_out() == b""
            other = await front.call()
            other.say(GET, press(b"three"), GET)
            assert (await other.hear())[2] == ELSEWHERE
            assert await other.hear_out() == b""
        assert len(door.turns) == 1, "what was not answered was not ordered, either"

    play(scene())


def test_who_asks_far_ahead_is_read_only_so_far() -> None:
    async def scene() -> None:
        door = Patient()
        async with house(door) as front:
            caller = await front.call()
            many = 40 * AHEAD_MAX
            for n in range(many):
                caller.say(press(b"%05d" % n))
                await asyncio.sleep(0)
            await door.until(AHEAD_MAX)
            [connection] = front.fronts
            assert connection.flow.read_paused
            told = 0
            while told < many:
                for turn in (await door.until(told + 1))[told:]:
                    turn.tell(201, turn.body)
                    told += 1
            said = [(await caller.hear())[2] for _ in range(many)]
            assert said == [b"%05d" % n for n in range(many)]

    play(scene())


def test_who_hangs_up_is_not_told_and_nobody_stumbles() -> None:
    async def scene() -> None:
        door = Patient()
        async with house(door) as front:
            caller = await front.call()
            caller.say(press(b"one"))
            [one] = await door.until(1)
            [connection] = front.fronts
            lost = asyncio.Event()
            connection.flow.resume_writing = lost.set  # type: ignore[method-assign]
            await caller.hang_up()
            await asyncio.wait_for(lost.wait(), 5)
            one.tell(201, b"{}")
            assert front.fronts == []

    play(scene())


def test_when_the_process_ends_those_who_asked_are_answered() -> None:
    async def scene() -> None:
        door = Patient()
        async with house(door) as front:
            asking, silent = await front.call(), await front.call()
            asking.say(press(b"one"))
            [one] = await door.until(1)
            for connection in front.fronts:
                connection.shutdown()
            assert await silent.hear_out() == b""
            one.tell(201, b"{}")
            _status, headers, _body = await asking.hear()
            assert headers["connection"] == "close"
            assert await asking.hear_out() == b""

    play(scene())


def test_who_waits_for_leave_to_go_on_is_given_it() -> None:
    async def scene() -> None:
        async with house(Echo()) as front:
            caller = await front.call()
            head, body = press(b"one", b"Expect: 100-continue").split(b"\r\n\r\n")
            caller.say(head, b"\r\n\r\n")
            assert (await caller.hear(has_body=False))[0] == 100
            caller.say(body)
            assert (await caller.hear())[2] == b"one"

    play(scene())


def test_a_full_house_says_so_before_it_reads_and_says_when_to_come_again() -> None:
    async def scene() -> None:
        intake = Intake()
        intake.lane.orders = Batcher(lambda batch: [], queue_max=0)
        intake.lane.quotes = Batcher(lambda batch: [], queue_max=0)
        async with house(intake) as front:
            caller = await front.call()
            caller.say(press(b"not even JSON", b"Accept-Language: en"))
            caller.say(b"GET /live/88/quote?offer=7&lang=zh HTTP/1.1\r\nHost: x\r\n\r\n")
            for language in ("en", "zh"):
                status, headers, body = await caller.hear()
                assert (status, headers["retry-after"]) == (503, "1")
                assert headers["content-type"] == "application/problem+json"
                problem = json.loads(body)
                assert (problem["code"], problem["status"]) == ("busy", 503)
                is_english = problem["title"].startswith("Very many people")
                assert is_english == (language == "en")

    play(scene())
