"""What is written within a turn of the loop leaves in one piece."""

import asyncio

from firsthand.faces.live.http import Joined


class _Written(asyncio.Transport):
    """The far side: each write as it came, and what was asked besides."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.came.append(bytes(data))

    def close(self) -> None:
        self.came.append(b"<closed>")

    def is_closing(self) -> bool:
        return self.came[-1:] == [b"<closed>"]


def test_the_head_and_the_body_of_an_answer_are_one_write() -> None:
    async def answer() -> list[bytes]:
        far = _Written()
        joined = Joined(far, asyncio.get_running_loop())
        joined.write(b"head ")
        joined.write(b"body")
        assert far.came == [], "there may be more to come in this turn"
        await asyncio.sleep(0)
        joined.write(b"next")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return far.came

    assert asyncio.run(answer()) == [b"head body", b"next"]


def test_what_was_written_before_closing_goes_out_first_and_once() -> None:
    async def answer() -> tuple[list[bytes], bool]:
        far = _Written()
        joined = Joined(far, asyncio.get_running_loop())
        joined.write(b"goodbye")
        joined.close()
        await asyncio.sleep(0)
        return far.came, joined.is_closing()

    assert asyncio.run(answer()) == ([b"goodbye", b"<closed>"], True)
