"""The planning board with a plan of 10,000 operations, in a real browser: time for each frame.

    firsthand bench board [--operations 10000] [--seconds 4]

Makes the database ``firsthand_bench_board`` on the server that DATABASE_URL names (or on the one
that comes with the house), draws a plant into it, plans it, opens the pages' role and a browser of
1440 by 900, and drops the database again. It says how long the pages take and how large they are,
then pans and zooms the chart all the while, as fast as the browser paints, and reports

    interval   from one frame to the next: 16.7 ms are 60 a second
    painting   of one frame, in the page's own script

The browser paints in software here (no graphics card is asked for), so any desk is faster.
"""

import argparse
import gzip
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firsthand.app.settings")

import httpx
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from firsthand.app import config, postgres

DATABASE = "firsthand_bench_board"
PORT = int(os.environ.get("FIRSTHAND_WEB_PORT", "8590"))
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions"]

# Every callback of a frame is timed; a hand then drags, scrolls and zooms in every one of them.
WATCHED = """
window.frames_ = {painting: [], interval: []};
const ask = window.requestAnimationFrame.bind(window);
window.frame_ = ask;
window.requestAnimationFrame = (act) => ask((at) => {
  const began = performance.now();
  act(at);
  window.frames_.painting.push(performance.now() - began);
});
"""
HANDS = """
async ([kind, milliseconds]) => {
  const canvas = document.querySelector("#gantt canvas");
  const box = canvas.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const found = window.frames_;
  found.painting.length = found.interval.length = 0;
  const raf = window.frame_;
  const wheel = (words) => canvas.dispatchEvent(new WheelEvent("wheel", {
    clientX: x, clientY: y, bubbles: true, cancelable: true, ...words}));
  const began = performance.now();
  let last = began, step = 0;
  return await new Promise((done) => {
    const next = (at) => {
      if (step) found.interval.push(at - last);
      last = at;
      step++;
      const turn = Math.floor(step / 60) % 2 ? -1 : 1;
      if (kind === "pan") wheel({deltaX: 24 * turn});
      else if (kind === "scroll") wheel({deltaY: 18 * turn});
      else wheel({deltaY: 12 * turn, ctrlKey: true});
      if (performance.now() - began < milliseconds) raf(next);
      else done({painting: found.painting.slice(), interval: found.interval.slice(1)});
    };
    raf(next);
  });
}
"""


def main() -> None:
    """Measure, and say so."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=4, help="for each kind of movement")
    asked = parser.parse_args()
    house = config.read()
    server = house.database_url or str(postgres.start(house.home).get_uri(postgres.MAINTENANCE))
    with psycopg.connect(server, autocommit=True) as connection:
        name = sql.Identifier(DATABASE)
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        connection.execute(sql.SQL("create database {}").format(name))
        try:
            _measure(make_conninfo(server, dbname=DATABASE), asked)
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(name))


def _measure(dsn: str, asked: argparse.Namespace) -> None:
    os.environ["DATABASE_URL"] = dsn
    session = _fill(asked.operations)
    environment = {**os.environ, "FIRSTHAND_WEB_PORT": str(PORT)}
    role = subprocess.Popen([sys.executable, "-m", "firsthand.app", "web"], env=environment)
    try:
        url = f"http://127.0.0.1:{PORT}"
        for _ in range(200):
            try:
                httpx.get(f"{url}/healthz", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        _pages(url, session)
        _frames(url, session, asked.seconds)
    finally:
        role.terminate()
        role.wait(20)


def _fill(operations: int) -> str:
    """A plant with a plan, and a planner who is signed in: his session."""
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.db import transaction

    from firsthand.factory.planning.tasks import plan_now
    from firsthand.kit import clock
    from firsthand.people.models import Person
    from firsthand.people.rules import Role
    from firsthand.rehearse.plant import fill

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        filled = fill(operations, seed=1, now=clock.now() - timedelta(minutes=1), load=0.75)
    plan = plan_now(solver="atcs", seconds=5)
    print(f"{filled.operations} operations, {plan.figures['lots']} lots, {plan.solver}")
    person = Person.objects.create_person(name="Planner", roles=[Role.PLANNER.value])
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "firsthand.people.backends.RoleBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _pages(url: str, session: str) -> None:
    print(f"\n{'page':<24}{'first ms':>10}{'again ms':>10}{'kB':>8}{'gzip kB':>9}")
    with httpx.Client(cookies={"sessionid": session}, timeout=60) as client:
        began = time.perf_counter()
        board = client.get(f"{url}/works/").text
        print(f"the board, nothing read yet: {1000 * (time.perf_counter() - began):.0f} ms")
        chart = board.split('data-chart="')[1].split('"')[0]
        for path in ("/works/late/", "/works/operations/", chart, "/works/", "/works/ladder/"):
            times = []
            for _ in range(6):
                began = time.perf_counter()
                answer = client.get(url + path)
                times.append(1000 * (time.perf_counter() - began))
            answer.raise_for_status()
            size, packed = len(answer.content), len(gzip.compress(answer.content, 5))
            print(
                f"{path:<24}{times[0]:>10.0f}{median(times[1:]):>10.0f}"
                f"{size / 1000:>8.0f}{packed / 1000:>9.0f}"
            )


def _frames(url: str, session: str, seconds: float) -> None:
    from playwright.sync_api import sync_playwright

    if not Path(CHROMIUM).exists():
        raise SystemExit("no browser: make browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
        page = context.new_page()
        page.add_init_script(WATCHED)
        page.goto(f"{url}/works/", wait_until="networkidle")
        page.locator("#gantt canvas").scroll_into_view_if_needed()
        print("\nms: the median, the 95th of 100, and the worst")
        print(f"{'shown':<8}{'hand':<8}{'frames':>7}    {'interval':<25}    {'painting':<25}")
        for span in ("day", "week", "all"):
            page.click(f"[data-zoom={span}]")
            for kind in ("pan", "scroll", "zoom"):
                found = page.evaluate(HANDS, [kind, 1000 * seconds])
                print(f"{span:<8}{kind:<8}{_row(found)}")
        browser.close()


def _row(found: dict[str, Any]) -> str:
    words = [f"{len(found['interval']):>7}"]
    for kind in ("interval", "painting"):
        times = sorted(found[kind])
        at = [times[int(share * (len(times) - 1))] for share in (0.5, 0.95, 1)]
        words.append("  ".join(f"{one:>7.1f}" for one in at))
    return "    ".join(words)


if __name__ == "__main__":
    main()
