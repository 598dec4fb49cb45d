"""The whole demo house, opened as a person would, and a real browser in front of it.

What the browser saw is kept under ``artefacts/`` so that a person can look at it.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import ROOT, free_port

OPEN_SECONDS = 240.0
PRODUCTS = 40
PORTS = ("PORT", "WEB_PORT", "LIVE_PORT", "MEDIA_PORT", "RTMP_PORT")
PHONE, DESK = (390, 844), (1440, 900)
ARTEFACTS = ROOT / "artefacts"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
]


class DemoHouse:
    """``firsthand demo``, in a home of its own, with a small maker and a few viewers."""

    def __init__(self, home: Path) -> None:
        ports = {f"FIRSTHAND_{name}": str(free_port()) for name in PORTS}
        kept = {name: word for name, word in os.environ.items() if name != "DATABASE_URL"}
        self.home = home
        self.url = f"http://127.0.0.1:{ports['FIRSTHAND_PORT']}"
        self._said = home / "demo.txt"
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "firsthand.app", "demo"),
                    *("--products", str(PRODUCTS), "--viewers", "3"),
                ],
                cwd=ROOT,
                env={
                    **kept,
                    **ports,
                    "FIRSTHAND_HOME": str(home),
                    "DJANGO_SETTINGS_MODULE": "firsthand.app.settings",
                    "COLUMNS": "200",
                },
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def wait_until_on_air(self) -> None:
        too_late = time.monotonic() + OPEN_SECONDS
        while time.monotonic() < too_late and self.process.poll() is None:
            if "On air" in self.said:
                return
            time.sleep(0.2)
        raise TimeoutError(f"the demo did not come on air:\n{self.said[-3000:]}")

    @property
    def said(self) -> str:
        """What the command printed."""
        return self._said.read_text(encoding="utf-8")

    def path(self, pattern: str) -> str:
        """An address that the command printed."""
        found = re.search(rf"{re.escape(self.url)}({pattern})\s", self.said)
        assert found, self.said
        return found[1]

    @property
    def password(self) -> str:
        """What the demo's crew signs in with."""
        said: dict[str, str] = json.loads((self.home / "demo-crew.json").read_text())
        return said["password"]

    def account(self, role: str) -> str:
        """The e-mail of one of the crew."""
        found = re.search(rf"{role}\s+(\S+@\S+)", self.said)
        assert found, self.said
        return found[1]

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def demo_house() -> Iterator[DemoHouse]:
    with tempfile.TemporaryDirectory(prefix="firsthand-demo-", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o755)
        house = DemoHouse(Path(place))
        try:
            house.wait_until_on_air()
            assert httpx.get(f"{house.url}/healthz", timeout=10).status_code == 200
            yield house
        finally:
            house.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop running in this thread as long as it is open, so it is
    # closed with the module: other tests run loops of their own.
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


class Screen:
    """A window of some size and language, with its own cookies."""

    def __init__(self, browser: Browser, size: tuple[int, int], language: str) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN" if language == "zh" else "en-GB",
            timezone_id="Asia/Shanghai",
            device_scale_factor=2 if size == PHONE else 1,
            has_touch=size == PHONE,
            is_mobile=size == PHONE,
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        self.page.on("console", lambda line: self._heard(line.type, line.text))

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error" and "Content Security Policy" in text:
            self.complaints.append(text)

    def keep(self, name: str, *, whole: bool = False) -> None:
        """Keep what is to be seen, for a person to look at."""
        ARTEFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=whole)

    def close(self) -> None:
        self.context.close()
