"""The host show as a process: ``python -m firsthand.demo.film --rtmp URL --run-sheet FILE``.

A director may speak to it on its standard input, one JSON object a line:
``{"segment": 3}``, ``{"point": 1}``, ``{"price_text": "¥1,999"}``, ``{"by_itself": true}``.
It answers on its standard output, one JSON object a line: ``on_air``, ``shown`` with the
number of the frame, ``refused``, ``off_air``.
"""

import argparse
import json
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

from firsthand.demo.film import layout, runsheet
from firsthand.demo.film.painter import Painter
from firsthand.demo.film.publisher import Publisher
from firsthand.demo.film.scene import Film
from firsthand.demo.film.workshop import Workshop

ORDER_BYTES_MAX = 4096


def main(arguments: list[str] | None = None) -> int:
    """Run the show; 0 when it ended as asked, 2 when the run sheet is not to be used."""
    asked = _parser().parse_args(arguments)
    try:
        sheet = runsheet.read(asked.run_sheet.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        sys.stderr.write(f"the run sheet cannot be used: {fault}\n")
        return 2
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopped.set())
    shape = layout.WIDE if asked.landscape else layout.UPRIGHT
    with tempfile.TemporaryDirectory(prefix="firsthand-film-") as folder:
        workshop = Workshop(Path(folder), shape)
        workshop.begin(asked.run_sheet)
        try:
            painter = Painter(sheet.host, shape, workshop)
            publisher = Publisher(
                Film(sheet), painter, asked.rtmp or str(asked.file), stopped, tell
            )
            hear = threading.Thread(target=listen, args=(sys.stdin, publisher.order), daemon=True)
            hear.start()
            publisher.run(asked.seconds)
        finally:
            workshop.end()
    return 0


def listen(lines: TextIO | None, order: Callable[[Mapping[str, object]], None]) -> None:
    """Pass on the director's words; what is no order is answered and forgotten."""
    for line in lines or ():
        if not line.strip():
            continue
        try:
            said = json.loads(line) if len(line) <= ORDER_BYTES_MAX else None
        except ValueError:
            said = None
        if isinstance(said, dict):
            order(said)
        else:
            tell({"event": "refused", "why": "an order is one JSON object a line"})


def tell(news: dict[str, object]) -> None:
    """One line of news for whoever started the show; nobody needs to listen."""
    try:
        sys.stdout.write(json.dumps(news, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    except OSError:
        return


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="firsthand.demo.film", description="The demo's host show."
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--rtmp", help="publish to this address (rtmp://host:1935/live/<stream key>)"
    )
    where.add_argument("--file", type=Path, help="write into a file (.mp4) instead")
    parser.add_argument("--run-sheet", type=Path, required=True, help="the segments, as JSON")
    parser.add_argument("--seconds", type=float, help="end after so long; else run until stopped")
    parser.add_argument("--landscape", action="store_true", help="1280x720 instead of 720x1280")
    return parser


if __name__ == "__main__":
    sys.exit(main())
