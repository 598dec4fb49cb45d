"""Every page of the crew, in both languages, for those who may and for those who may not."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from firsthand.insight.actions.report import make_report
from firsthand.kit.clock import now
from firsthand.people.rules import Role
from firsthand.show.actions import cues
from firsthand.show.models import Show
from tests.faces.studio.stage import Stage, a_stage, all_roles, browser, crew, on_air
from tests.insight.known_show import the_known_show

pytestmark = pytest.mark.django_db

STAFF = set(Role) - {Role.CUSTOMER, Role.FLOOR}  # whoever works on the floor has the floor's pages
MAY_OPEN = {
    "studio": STAFF,
    "studio-plan": {Role.DIRECTOR, Role.MERCHANDISER},
    "studio-show": {Role.DIRECTOR, Role.MERCHANDISER, Role.PLANNER},
    "studio-parts": {Role.DIRECTOR, Role.MERCHANDISER, Role.PLANNER},
    "studio-offer": {Role.DIRECTOR, Role.MERCHANDISER, Role.PLANNER},
    "studio-prompter": {Role.DIRECTOR, Role.HOST},
    "studio-prompter-parts": {Role.DIRECTOR, Role.HOST},
    "studio-report": {Role.DIRECTOR, Role.HOST, Role.ANALYST},
    "studio-sheet": {Role.DIRECTOR, Role.MERCHANDISER},
    "studio-segment": {Role.DIRECTOR, Role.MERCHANDISER},
    "studio-goods": STAFF,
    "studio-export": {Role.MERCHANDISER, Role.DIRECTOR},
    "studio-layout-export": {Role.PLANNER},
    "studio-keys": STAFF,
}


def addresses(stage: Stage) -> Iterator[tuple[str, str]]:
    """Every page that can be opened, with an address."""
    show, segment, offer = stage.show.pk, stage.segments[0].pk, stage.lamp.pk
    words = {
        "studio-show": [show],
        "studio-parts": [show],
        "studio-offer": [show, offer],
        "studio-prompter": [show],
        "studio-prompter-parts": [show],
        "studio-report": [show],
        "studio-sheet": [show],
        "studio-segment": [show, segment],
    }
    for name in MAY_OPEN:
        yield name, reverse(name, args=words.get(name, []))


@pytest.fixture
def stage() -> Stage:
    stage = a_stage()
    on_air(stage.show, stage.segments[0])
    return stage


@pytest.mark.parametrize("role", all_roles())
def test_every_page_is_open_to_its_own_people_and_to_no_others(stage: Stage, role: Role) -> None:
    client = browser(crew(role))
    for name, address in addresses(stage):
        status = client.get(address).status_code
        assert status == (200 if role in MAY_OPEN[name] else 403), (name, role)


def test_whoever_is_not_signed_in_is_led_to_the_door_and_back(stage: Stage) -> None:
    client = browser(None)
    for name, address in addresses(stage):
        answer: Any = client.get(address)
        assert answer.status_code == 302, name
        assert answer["Location"] == f"/door/login/?next={address}"
    script = client.get(reverse("studio"), headers={"accept": "application/json"})
    assert script.status_code == 401


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("state", ["draft", "on_air", "ended"])
def test_every_page_is_whole_in_both_languages_and_in_every_state(
    stage: Stage, language: str, state: str
) -> None:
    fields: dict[str, object] = {"state": state}
    if state == "draft":
        fields |= {"on_air_at": None, "segment": None, "segment_since": None}
    elif state == "ended":
        fields |= {"ended_at": now(), "segment": None, "segment_since": None}
    Show.objects.filter(pk=stage.show.pk).update(**fields)
    client = browser(crew(Role.ADMIN), language)
    for name, address in addresses(stage):
        answer: Any = client.get(address)
        expected = 404 if (name, state) == ("studio-report", "draft") else 200
        assert answer.status_code == expected, (name, state)
        if "html" not in answer["Content-Type"] or name.endswith("parts"):
            continue
        page = answer.content.decode()
        assert '<html lang="en"' in page if language == "en" else '<html lang="zh-Hans"' in page
        assert not inline(page), (name, inline(page))
        assert page.count("<h1") == 1, name


def inline(page: str) -> list[str]:
    """What our content security policy would stop in the browser."""
    scripts = [
        tag
        for tag in re.findall(r"<script[^>]*>", page)
        if "src=" not in tag and "application/json" not in tag
    ]
    return [*scripts, *re.findall(r"<style|\son[a-z]+=\"|javascript:", page)]


def test_the_console_shows_what_is_on_what_comes_and_what_is_left(stage: Stage) -> None:
    page = browser(stage.director).get(reverse("studio-show", args=[stage.show.pk]))
    words = page.content.decode()
    name = stage.offers[0].sku.product.name_en
    for said in (
        "An evening of lamps",
        "Segment 1 of 3",
        "Next segment",
        "Lamp 2",
        name,
        "Show card now",
        '<span class="faint">/10</span>',
        "no card",
    ):
        assert said in words, said
    assert stage.show.channel.key not in words, "the stream key is shown when asked for, not before"


def test_who_may_not_direct_is_shown_no_such_buttons(stage: Stage) -> None:
    address = reverse("studio-show", args=[stage.show.pk])
    planner = browser(crew(Role.PLANNER)).get(address).content.decode()
    assert reverse("studio-next", args=[stage.show.pk]) not in planner
    assert reverse("studio-hide", args=[stage.show.pk]) not in planner
    assert reverse("studio-offer", args=[stage.show.pk, stage.lamp.pk]) in planner
    forms = browser(crew(Role.MERCHANDISER)).get(
        reverse("studio-offer", args=[stage.show.pk, stage.lamp.pk])
    )
    assert reverse("studio-price", args=[stage.show.pk]).encode() in forms.content
    assert reverse("studio-release", args=[stage.show.pk]).encode() not in forms.content


def test_the_parts_are_the_ones_of_the_page(stage: Stage) -> None:
    client = browser(stage.director)
    parts = client.get(reverse("studio-parts", args=[stage.show.pk])).content.decode()
    for part in ("pulse", "now", "sheet", "offers", "pinned"):
        assert f'id="desk-{part}"' in parts
    assert "<html" not in parts


def test_the_prompter_says_the_point_its_proof_and_the_price(stage: Stage) -> None:
    host = browser(stage.show.host)
    page = host.get(reverse("studio-prompter", args=[stage.show.pk])).content.decode()
    for said in ("We made it ourselves", "Lamp 2", "Ships by", "Material", "No questions yet."):
        assert said in page, said
    assert '<meta http-equiv="refresh"' in page, "without a script it loads itself again"
    from django.db import transaction

    with transaction.atomic():
        cues.begin_segment(stage.show.pk, stage.segments[2].pk)
    parts = host.get(reverse("studio-prompter-parts", args=[stage.show.pk])).content.decode()
    assert "This is the last segment." in parts
    assert "No product in this segment." in parts


def test_the_report_page_says_what_the_report_says() -> None:
    known = the_known_show()
    make_report(known.show.pk, now())
    client = browser(crew(Role.ANALYST))
    page = client.get(reverse("studio-report", args=[known.show.pk])).content.decode()
    for said in ("¥597.00", "gross ¥797.00", "Entry rate", "we do not guess it", "33.3%", "<svg"):
        assert said in page, said
    assert page.count("<table") >= 9, "a table stands beneath each chart"
    anew = client.post(reverse("studio-report-again", args=[known.show.pk]))
    assert anew.status_code == 302
    assert known.show.reports.count() == 2


def test_an_offer_of_another_show_is_not_found_here(stage: Stage) -> None:
    other = a_stage(slug="other", lamps=1)
    answer = browser(stage.director).get(
        reverse("studio-offer", args=[stage.show.pk, other.lamp.pk])
    )
    assert answer.status_code == 404


def test_nothing_of_the_console_is_kept_by_a_cache(stage: Stage) -> None:
    for name, address in addresses(stage):
        if name in ("studio-show", "studio-parts", "studio-prompter", "studio-keys"):
            assert "no-store" in browser(crew(Role.ADMIN)).get(address)["Cache-Control"], name


def test_a_longer_sheet_and_more_offers_ask_the_database_no_more_often(
    stage: Stage, django_assert_max_num_queries: Any
) -> None:
    large = a_stage(slug="large", lamps=8)
    on_air(large.show, large.segments[0])
    client = browser(stage.director)
    client.get(reverse("studio-parts", args=[stage.show.pk]))
    counts = []
    for show in (stage.show, large.show):
        with django_assert_max_num_queries(40) as asked:
            client.get(reverse("studio-parts", args=[show.pk]))
        counts.append(len(asked))
    assert counts[0] == counts[1]
