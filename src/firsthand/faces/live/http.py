"""The order door's own HTTP, for requests that must cost next to nothing.

uvicorn speaks HTTP here, and does it well; but for each request it builds a scope, a cycle, an
event and a task, and asks the application back for every part. In a burst that was four fifths
of the engine's time. A press needs none of it: what it says fits into one line, and the lane
answers it by a callback. So requests to the order door are taken out here, between the parser
(the same one) and uvicorn's cycle; everything else goes uvicorn's own way, unchanged.

Answers leave in the order of the requests, however far ahead a caller asks. Who asks ahead for
the door and for something else on one connection is answered up to there and has to come again.
"""

import asyncio
import re
from collections import deque
from typing import Any, ClassVar, Protocol

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from firsthand.faces.live import answers
from firsthand.faces.live.door import address_in

HEAD_MAX = 64 * 1024  # of a request, when it does not come in one piece
BODY_KEPT = 4096  # the rest of a larger one is read and forgotten
BODY_MAX = 1024 * 1024  # who sends more than that is not listened to any longer
AHEAD_MAX = 32  # unanswered requests of one connection, before we stop reading from it

LAST_WORDS_SECONDS = 1.0

_NO_HTTP = {"type": "/problems/no_http", "title": "Bad request", "status": 400, "code": "no_http"}
_DOOR = re.compile(rb"/live/(\d{1,18})/(orders|quote)")
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Turn:
    """One request at the order door, and its turn to be answered."""

    __slots__ = (
        "_front",
        "answer",
        "body",
        "headers",
        "method",
        "query",
        "show_id",
        "size",
        "stays",
    )

    def __init__(
        self,
        front: "Front",
        method: bytes,
        show_id: int,
        query: bytes,
        headers: list[tuple[bytes, bytes]],
        *,
        stays: bool,
    ) -> None:
        self._front = front
        self.method, self.show_id, self.query, self.headers = method, show_id, query, headers
        self.stays = stays  # the connection is kept for the next request
        self.body, self.size = b"", 0
        self.answer: bytes | None = None

    def language(self) -> str:
        """The language in which he reads."""
        return answers.language_of(self.query, self.headers)

    def address(self) -> str:
        """By which address he is counted."""
        return address_in(self._front.client, self.headers)

    def tell(self, status: int, body: bytes, wait_seconds: int | None = None) -> None:
        """Answer him; it goes out when it is his turn."""
        self._front.answered(self, status, body, wait_seconds)


class Door(Protocol):
    """What stands behind the front: it answers every turn, at once or later on the loop."""

    def order(self, turn: Turn) -> None:
        """Somebody orders."""

    def quote(self, turn: Turn) -> None:
        """Somebody asks for the terms."""


class Front(HttpToolsProtocol):
    """One connection."""

    door: ClassVar[Door]

    def __init__(self, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        self._turns: deque[Turn] = deque()  # asked and not answered yet
        self._turn: Turn | None = None  # being read
        self._is_order = False
        self._head_size: int | None = None  # of a head that is not complete
        self._is_deaf = False  # nothing is heard any more; what was asked is still answered
        self._used_at = 0.0
        self._closing: asyncio.TimerHandle | None = None

    # ---- what comes ------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        if self._is_deaf:
            return
        began = self._head_size
        super().data_received(data)
        if began is not None and self._head_size is not None:
            self._head_size = began + len(data)
            if self._head_size > HEAD_MAX:
                self.send_400_response("Too many headers.")

    def on_message_begin(self) -> None:
        """A request begins; whose it is, is known when its head is complete."""
        self.url, self.headers, self.expect_100_continue = b"", [], False
        self._turn, self._head_size = None, 0

    def on_headers_complete(self) -> None:
        """The head is complete: to the order door, or uvicorn's own way."""
        self._head_size = None
        if self._is_deaf:
            return
        path, _mark, query = self.url.partition(b"?")
        found = _DOOR.fullmatch(path)
        if found is None or (self.parser.should_upgrade() and self._should_upgrade()):
            self._go_the_other_way()
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive, self._is_deaf = False, True
            return
        parser = self.parser
        stays = parser.should_keep_alive() and parser.get_http_version() != "1.0"
        self._used_at = self.loop.time()
        self._is_order = found[2] == b"orders"
        self._turn = Turn(
            self, parser.get_method(), int(found[1]), query, self.headers, stays=stays
        )
        if self.expect_100_continue and not self._turns:
            self.transport.write(_CONTINUE)

    def _go_the_other_way(self) -> None:
        if self._turns:  # uvicorn knows nothing of those who are still to be answered
            self._hear_no_more()
            return
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.headers, self.expect_100_continue = url, headers, expects
        self.scope["headers"] = headers
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of what he says."""
        turn = self._turn
        if turn is not None:
            turn.size += len(body)
            if len(turn.body) <= BODY_KEPT:
                turn.body += body
            elif turn.size > BODY_MAX:
                self.on_message_complete()
                self._hear_no_more()
        elif not self._is_deaf:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """He has said all."""
        turn = self._turn
        if turn is not None:
            self._turn = None
            self._turns.append(turn)
            if len(self._turns) >= AHEAD_MAX:
                self.flow.pause_reading()
            if self._is_order:
                self.door.order(turn)
            else:
                self.door.quote(turn)
        elif not self._is_deaf:
            super().on_message_complete()

    # ---- what goes -------------------------------------------------------------------------

    def answered(self, turn: Turn, status: int, body: bytes, wait_seconds: int | None) -> None:
        """A turn has its answer: send it, and what waited behind it."""
        defaults = self.server_state.default_headers
        turn.answer = answers.whole(
            status, body, defaults, stays=turn.stays, wait_seconds=wait_seconds
        )
        if turn.method == b"HEAD":
            turn.answer = turn.answer[: turn.answer.index(b"\r\n\r\n") + 4]
        turns = self._turns
        while turns and (answer := turns[0].answer) is not None:
            self.transport.write(answer)
            if not turns.popleft().stays:
                turns.clear()
                self._part()
                return
        self.flow.resume_reading()
        self._used_at = self.loop.time()
        if self._closing is None:
            self._closing = self.loop.call_later(self.timeout_keep_alive, self._close_if_idle)

    def _close_if_idle(self) -> None:
        # One timer for a connection, which looks again; not one for each answer.
        self._closing = None
        is_busy = self._turns or (self.cycle and not self.cycle.response_complete)
        left = self.timeout_keep_alive - (self.loop.time() - self._used_at)
        if not is_busy and left <= 0:
            self.transport.close()
        else:
            wait = self.timeout_keep_alive if is_busy else left
            self._closing = self.loop.call_later(wait, self._close_if_idle)

    def on_response_complete(self) -> None:
        """Uvicorn has answered something."""
        self._used_at = self.loop.time()
        super().on_response_complete()

    # ---- how it ends -----------------------------------------------------------------------

    def _hear_no_more(self) -> None:
        self._is_deaf = True
        if self._turns:
            self._turns[-1].stays = False
        else:
            self._part()

    def _part(self) -> None:
        # Who is still speaking when we hang up would lose our last words: we say that they
        # were the last, and give him a moment to hear it.
        self._is_deaf = True
        if not self.transport.is_closing():
            self.transport.write_eof()
            self.loop.call_later(LAST_WORDS_SECONDS, self.transport.close)

    def send_400_response(self, msg: str) -> None:
        """That was no HTTP; whoever asked before is answered first."""
        if not self._turns and not self._is_deaf:
            said = answers.encode({**_NO_HTTP, "detail": msg})
            defaults = self.server_state.default_headers
            self.transport.write(answers.whole(400, said, defaults, stays=False))
        self._hear_no_more()

    def pause_writing(self) -> None:
        """He does not read what he is told: then he is not heard, either."""
        super().pause_writing()
        self.flow.pause_reading()

    def resume_writing(self) -> None:
        """He reads again."""
        super().resume_writing()
        self.flow.resume_reading()

    def handle_websocket_upgrade(self) -> None:
        """He wants to stay: from here on the connection is the room's."""
        self._stop_the_clock()
        super().handle_websocket_upgrade()

    def shutdown(self) -> None:
        """The process ends: answer those who asked, and close."""
        if self._turns:
            self._hear_no_more()
        else:
            super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """He hung up; what he ordered is settled all the same."""
        self._is_deaf = True
        self._turns.clear()
        self._stop_the_clock()
        super().connection_lost(exc)

    def _stop_the_clock(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None


def front_of(behind: Door) -> type[Front]:
    """The front of a process, with its order door behind it."""

    class FrontOfProcess(Front):
        door = behind

    return FrontOfProcess
