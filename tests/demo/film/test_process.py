"""The show as a process: frames counted, words obeyed, ended cleanly, back after a cut."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray

from firsthand.demo.film import framecode
from firsthand.demo.film.layout import UPRIGHT

FFMPEG = str(imageio_ffmpeg.get_ffmpeg_exe())
DEADLINE_S = 60
CORNER = (UPRIGHT.width - 200, UPRIGHT.height - 32, 200, 32)


class Show:
    """A running show, what it told, and a way to speak to it."""

    def __init__(self, sheet_file: Path, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "firsthand.demo.film", "--run-sheet", str(sheet_file), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.news: list[dict[str, Any]] = []
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.news.append(json.loads(line))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._listener.join()
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()

    def say(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def heard(self, **wanted: object) -> dict[str, Any]:
        until = time.monotonic() + DEADLINE_S
        while time.monotonic() < until:
            for news in self.news:
                if wanted.items() <= news.items():
                    return news
            time.sleep(0.02)
        raise AssertionError(f"{wanted} was not told; told was {self.news}")


@pytest.fixture
def show(sheet_file: Path) -> Iterator[Any]:
    started: list[Show] = []

    def start(*words: str) -> Show:
        started.append(Show(sheet_file, *words))
        return started[-1]

    yield start
    for one in started:
        one.close()


def frames_of(file: Path, box: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    x, y, w, h = box
    words = [FFMPEG, "-v", "error", "-i", str(file), "-map", "0:v", "-vf", f"crop={w}:{h}:{x}:{y}"]
    made = subprocess.run(
        [*words, "-f", "rawvideo", "-pix_fmt", "gray", "-"], capture_output=True, check=True
    )
    return np.frombuffer(made.stdout, np.uint8).reshape(-1, h, w)


def steps(numbers: list[int | None]) -> list[int]:
    assert None not in numbers
    return [(b - a) % framecode.WRAP for a, b in pairwise(n for n in numbers if n is not None)]


def test_three_seconds_are_seventy_five_frames_with_sound_and_no_number_missing(
    show: Any, tmp_path: Path
) -> None:
    file = tmp_path / "show.mp4"
    running = show("--file", str(file), "--seconds", "3")
    assert running.process.wait(DEADLINE_S) == 0
    corner = frames_of(file, CORNER)
    numbers = [framecode.read(frame) for frame in corner]
    assert len(numbers) == 75
    assert numbers[0] == running.heard(event="shown")["frame"]
    assert all(0 < step < 250 for step in steps(numbers)), "time goes on, and never stands"
    assert steps(numbers).count(1) > 65, "but for a machine that was busy, frame by frame"
    sound = subprocess.run(
        [FFMPEG, "-v", "error", "-i", str(file), "-map", "0:a", "-f", "s16le", "-"],
        capture_output=True,
        check=True,
    ).stdout
    assert len(sound) / (48_000 * 4) == pytest.approx(3, abs=0.1)


def test_the_director_s_word_changes_the_caption_and_the_end_is_clean(
    show: Any, tmp_path: Path
) -> None:
    file = tmp_path / "show.mp4"
    running = show("--file", str(file))
    running.heard(event="on_air")
    running.say("no order at all")
    running.say(json.dumps({"segment": "there is none"}))
    running.say(json.dumps({"segment": 12}))
    changed = running.heard(event="shown", segment="12")["frame"]
    time.sleep(0.6)  # some pictures after the change
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(DEADLINE_S) == 0
    refused = [news["why"] for news in running.news if news["event"] == "refused"]
    assert refused == ["an order is one JSON object a line", "there is no such segment"]
    captions = frames_of(file, UPRIGHT.caption).astype(int)
    corner = frames_of(file, CORNER)
    at = [framecode.read(frame) for frame in corner].index(changed)
    differences = np.abs(np.diff(captions[:, 10:70], axis=0)).mean(axis=(1, 2))
    assert len(captions) > at
    assert 10 + int(differences[10:].argmax()) in range(at - 2, at + 8)  # it fades in


def test_a_door_that_opens_late_is_found_and_one_that_goes_away_is_waited_for(
    show: Any, tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    door = f"rtmp://127.0.0.1:{port}/live/some-key"
    running = show("--rtmp", door)
    told = running.heard(event="off_air")
    assert "some-key" not in json.dumps(running.news) and told["again_in_s"] >= 0.5
    for number in (1, 2):
        running.news.clear()
        file = tmp_path / f"heard-{number}.flv"
        listener = subprocess.Popen(
            [
                FFMPEG,
                "-v",
                "error",
                "-listen",
                "1",
                "-i",
                door,
                "-c",
                "copy",
                "-flush_packets",
                "1",
                str(file),
            ],
            stdin=subprocess.DEVNULL,
        )
        try:
            running.heard(event="on_air")
            until = time.monotonic() + DEADLINE_S
            while not (file.exists() and file.stat().st_size > 50_000):
                assert time.monotonic() < until, "nothing came through the door"
                time.sleep(0.05)
        finally:
            listener.kill()
            listener.wait()
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(DEADLINE_S) == 0


def test_a_run_sheet_that_is_none_is_refused_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "sheet.json"
    file.write_text("[]", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "firsthand.demo.film", "--file", "x.mp4", "--run-sheet", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "a run sheet is a list of 1 to 200 segments" in ended.stderr
