"""The browser without scripts fills forms in as a person would: a real server answers it."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.rehearse.audience import Audience
from firsthand.rehearse.summary import Summary, percentile
from firsthand.rehearse.visitor import Visitor

FORM = """<!doctype html><main data-badge="0.v.9.x" data-show="88"></main>
<form action="/search" method="get"><input name="q"></form>
<form action="/guest" method="post"><input type="hidden" name="csrf" value="abc">
<input name="phone" value=""><select name="region"><option value="a">A</option>
<option value="b" selected>B</option></select><input type="checkbox" name="news" value="1">
<button name="decision" value="refuse">no</button><button name="decision" value="pay">yes</button>
</form>"""


class Shop(BaseHTTPRequestHandler):
    """Answers with a form, and then with what was sent; of sockets it knows nothing."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "/form")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.say(FORM)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        words = {name: values[0] for name, values in parse_qs(body).items()}
        self.say(f'<p data-sent="{sorted(words.items())}" data-origin="{self.headers["Origin"]}">')

    def say(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(text.encode())))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_words: object) -> None:
        """Nothing: tests are quiet."""


@pytest.fixture
def shop() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_form_is_sent_with_what_stood_in_it_and_what_was_filled_in(shop: str) -> None:
    async def buy() -> dict[str, str]:
        visitor = Visitor(shop)
        page = await visitor.open("/away")
        assert page.data["badge"] == "0.v.9.x"
        form = page.form("phone")
        assert form is not None
        answer = await visitor.send(page, form, button="pay", phone="138")
        await visitor.close()
        return answer.data

    sent = asyncio.run(buy())
    assert sent["sent"] == str(
        [("csrf", "abc"), ("decision", "pay"), ("phone", "138"), ("region", "b")]
    ).replace('"', "'")
    assert sent["origin"] == shop


def test_a_room_that_never_says_a_word_is_a_fault(shop: str) -> None:
    audience = Audience(shop, "a-shop-without-sockets", viewers=2, seed=1)
    summary = audience.run(1)
    assert summary.entered == 2, "the page is there"
    assert summary.faults["room said nothing"] == 2
    assert not summary.went_well


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_one_of_the_values(values: list[float], share: float) -> None:
    assert percentile(values, share) in values


def test_a_rehearsal_in_which_somebody_stayed_outside_did_not_go_well() -> None:
    assert Summary(viewers=2, entered=2).went_well
    assert not Summary(viewers=2, entered=1).went_well
    failed = Summary(viewers=1, entered=1)
    failed.faults["order door 500"] += 1
    assert not failed.went_well
    assert "order door 500" in failed.as_text()
