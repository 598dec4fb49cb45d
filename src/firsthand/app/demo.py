"""The demo: a house with a maker in it, a show on air, an audience, somebody in the warehouse."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import Progress

from firsthand.app.config import Config
from firsthand.app.house import House
from firsthand.app.progress import progress_bar

AUDIENCE_SECONDS = 3600
WAREHOUSE_LOOK_SECONDS = 10.0
PUBLISH_SECONDS = 30.0
CREW_FILE = "demo-crew.json"


def fill(*, products: int, seed: int, progress: Progress) -> None:
    """Seed the demo maker; what is there already stays as it is."""
    from firsthand.demo import maker  # noqa: PLC0415 - needs Django set up

    bar = progress.add_task("seeding", total=1.0)
    maker.seed(
        products=products,
        seed=seed,
        progress=lambda share, what: progress.update(bar, completed=share, description=what),
    )
    progress.update(bar, completed=1.0, description="seeded")


def crew(home: Path) -> dict[str, str]:
    """The demo crew's password, made once and kept in the house's home for its owner alone."""
    kept = home / CREW_FILE
    if not kept.exists():
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"password": secrets.token_urlsafe(9)}, file)
    said: dict[str, str] = json.loads(kept.read_text(encoding="utf-8"))
    return said


def run(config: Config, *, products: int, viewers: int, seconds: int, say: Console) -> None:
    """Open the house, put the demo's show on air, and keep all of it alive until Ctrl-C."""
    house = House(config)
    began = time.monotonic()
    try:
        house.prepare()
        _seed(products, say)
        house.open()
        _keep_on_air(house, viewers=viewers, seconds=seconds, say=say, began=began)
    finally:
        house.__exit__(None, None, None)


def _seed(products: int, say: Console) -> None:
    with progress_bar(say) as progress:
        fill(products=products, seed=1, progress=progress)


def _keep_on_air(house: House, *, viewers: int, seconds: int, say: Console, began: float) -> None:
    from django.db import transaction  # noqa: PLC0415 - needs Django set up

    from firsthand.demo import maker, warehouse  # noqa: PLC0415
    from firsthand.demo.director import Director  # noqa: PLC0415
    from firsthand.show.actions import air  # noqa: PLC0415
    from firsthand.show.models import Show  # noqa: PLC0415

    config = house.config
    password = crew(config.home)["password"]
    accounts = maker.crew(password=password)
    show = maker.next_show()
    if show.state == Show.State.DRAFT:
        with transaction.atomic():
            air.go_on_air(show.pk)
    status = f"{config.address}/media/{show.channel.name}/status.json"
    director = Director(
        show,
        home=config.home,
        rtmp_url=f"rtmp://{config.bind}:{config.rtmp_port}/live/{show.channel.key}",
        media_url=status,
    )
    director.start()
    audience: subprocess.Popen[bytes] | None = None
    try:
        _wait_for_pictures(status, lambda: director.film_runs)
        audience = _send_audience(config, show.slug, viewers) if viewers else None
        _tell_addresses(say, config, show.slug, show.pk, accounts, password, began)
        look_at = until = time.monotonic()

        def meanwhile() -> bool:
            nonlocal look_at
            now = time.monotonic()
            if now >= look_at:
                warehouse.work()
                look_at = now + WAREHOUSE_LOOK_SECONDS
            if not director.step(now) and director.film_runs:
                director.stop()
                say.print(
                    "The show has ended; its report is in the studio. Ctrl-C closes the house."
                )
            return bool(seconds) and now - until > seconds

        house.keep(meanwhile)
    finally:
        director.stop()
        if audience is not None:
            audience.terminate()
            audience.wait()


def _wait_for_pictures(status: str, film_runs: Callable[[], bool]) -> None:
    too_late = time.monotonic() + PUBLISH_SECONDS
    while time.monotonic() < too_late and film_runs():
        try:
            if httpx.get(status, timeout=2, verify=False).json().get("on_air"):  # noqa: S501 - our own address
                return
        except (httpx.HTTPError, ValueError):
            pass
        time.sleep(0.2)
    raise SystemExit("The film did not reach the media role; see film.log in the house's logs.")


def _send_audience(config: Config, slug: str, viewers: int) -> subprocess.Popen[bytes]:
    words = ["rehearse", slug, "--viewers", str(viewers), "--seconds", str(AUDIENCE_SECONDS)]
    with (config.home / "logs" / "audience.log").open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "firsthand.app", *words, "--quiet", "--address", config.address],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )


def _tell_addresses(
    say: Console,
    config: Config,
    slug: str,
    show_id: int,
    accounts: dict[str, str],
    password: str,
    began: float,
) -> None:
    address = config.address
    say.print(f"\n[bold]On air[/] after {time.monotonic() - began:.0f} s. 开播了。\n")
    for word, path in (
        ("the live room  直播间", f"/shows/{slug}/"),
        ("the mall       商城", "/"),
        ("the console    场控台", f"/studio/shows/{show_id}/"),
        ("the prompter   提词器", f"/studio/shows/{show_id}/prompter/"),
        ("the works      工厂", "/works/"),
        ("the API        接口", "/api/v1/openapi.json"),
        ("the office     后台", "/office/"),
    ):
        say.print(f"  {word:<24} {address}{path}")
    say.print("\n  To sign in 登录:")
    for role, email in accounts.items():
        say.print(f"    {role:<14} {email}")
    say.print(f"    password 密码: {password}\n\n  Ctrl-C closes the house.\n")
