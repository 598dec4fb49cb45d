"""A lot on a phone, from the machine to its serial numbers, by the buttons that a glove can hit."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, expect

from firsthand.factory.models import FloorReport, Plant, Serial
from firsthand.people.models import Person
from firsthand.people.rules import Role
from tests.browser.conftest import DESK, PHONE, Screen
from tests.conftest import OpenRole
from tests.faces.studio.stage import crew
from tests.factory.works import MONDAY, ask_for, new_kettle, plan_at

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(scope="module", autouse=True)
def _tables_beside_a_browser() -> Iterator[None]:
    """Playwright keeps a loop running in this thread, in which Django would refuse its tables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


GLOVE = 56  # the least height of what is pressed, in CSS pixels


def signed_in(screen: Screen, person: Person, url: str) -> None:
    """Let a window have the session of somebody."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "firsthand.people.backends.RoleBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    key = session.session_key or ""
    screen.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": url}])


def test_a_worker_makes_a_lot_with_his_phone(open_role: OpenRole, browser: Browser) -> None:
    language = "zh"
    web = open_role("web")
    first, second = ask_for(new_kettle(), 240), ask_for(new_kettle(), 120)
    Plant.objects.update(reports_progress=True)
    plan_at(MONDAY)
    worker = crew(Role.FLOOR, name="Chen")
    screen = Screen(browser, PHONE, language)
    signed_in(screen, worker, web.url)
    page = screen.page
    page.goto(f"{web.url}/works/floor/")
    screen.keep(f"floor-machines-{language}")
    page.locator("a[href='/works/floor/at/smt/1/']").click()
    screen.keep(f"floor-next-{language}", whole=True)
    page.locator(".floor-next .button-brand").first.click()
    expect(page).to_have_url(f"{web.url}/works/floor/{first.number}/")
    running = page.locator(".floor-running")
    running.locator("details").first.locator("summary").click()
    screen.keep(f"floor-order-{language}", whole=True)
    for pressed in page.locator(".floor-big:visible").all():
        box = pressed.bounding_box()
        assert box and box["height"] >= GLOVE and box["width"] >= 300
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Whoever types one of the two has the other: 240 came.
    running.locator("form").first.locator("[name=good]").fill("236")
    expect(running.locator("form").first.locator("[name=scrapped]")).to_have_value("4")
    running.locator(".floor-why .chip").nth(1).click()
    screen.keep(f"floor-finish-{language}", whole=True)
    running.locator("form").first.locator(".button-brand").dblclick()  # as gloves do
    expect(page).to_have_url(f"{web.url}/works/floor/at/smt/1/")
    assert FloorReport.objects.filter(kind="finished").count() == 1
    page.goto(f"{web.url}/works/floor/at/assembly/1/")
    page.locator(".floor-next .button-brand").first.click()
    page.locator(".floor-running form").first.locator(".button-brand").click()
    expect(page).to_have_url(f"{web.url}/works/floor/at/assembly/1/")
    assert Serial.objects.filter(work_order=first).count() == 236
    page.goto(f"{web.url}/works/floor/{first.number}/")
    screen.keep(f"floor-finished-{language}", whole=True)
    page.locator("a[href*='/piece/']").click()
    screen.keep(f"floor-piece-{language}", whole=True)
    page.goto(f"{web.url}/works/floor/at/smt/1/")
    page.locator(".floor-more summary").click()
    page.locator(".floor-more .floor-big").click()
    screen.keep(f"floor-down-{language}", whole=True)
    assert screen.complaints == []
    screen.close()
    language = "en"
    desk = Screen(browser, DESK, language)
    signed_in(desk, crew(Role.PLANNER), web.url)
    desk.page.goto(f"{web.url}/works/floor/{second.number}/paper/")
    desk.keep(f"floor-paper-{language}", whole=True)
    desk.page.goto(f"{web.url}/works/floor/")
    desk.keep(f"floor-desk-{language}")
    assert desk.complaints == []
    desk.close()
