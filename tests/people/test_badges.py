"""Badges are taken back, and one browser gets them for a few people only."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from firsthand.kit.clock import now
from firsthand.kit.errors import TooOften
from firsthand.people import actions
from firsthand.people.badge import read_badge
from firsthand.people.models import Device, Person
from tests.faces.shop.test_buying import GUEST
from tests.shop import people

pytestmark = pytest.mark.django_db


def epoch_on(text: str) -> int:
    badge = read_badge(text)
    assert badge is not None
    return badge.epoch


@pytest.mark.parametrize("how", ["blocked", "new password", "signed out everywhere", "by sql"])
def test_badges_are_taken_back_by_whatever_way_it_was_written(how: str) -> None:
    [ann, bob] = people(2)
    before = epoch_on(actions.issue_badge(ann.pk, "v", now()))
    if how == "blocked":
        ann.is_active = False
        ann.save()
    elif how == "new password":
        ann.set_password("copper kettle")
        ann.save()
    elif how == "signed out everywhere":
        actions.sign_out_everywhere(ann)
    else:
        with connection.cursor() as cursor:
            cursor.execute("update people_person set is_active = false where id = %s", [ann.pk])
    assert actions.badges_taken_back(now()) == {ann.pk: before + 1}
    assert epoch_on(actions.issue_badge(ann.pk, "v", now())) == before + 1
    assert epoch_on(actions.issue_badge(bob.pk, "v", now())) == 0


def test_what_has_nothing_to_do_with_it_takes_no_badge_back() -> None:
    [ann] = people(1)
    ann.name = "Ann"
    ann.save()
    ann.is_active = True
    ann.save()
    assert actions.badges_taken_back(now()) == {}


def test_what_was_taken_back_long_ago_need_not_be_remembered() -> None:
    [ann] = people(1)
    actions.sign_out_everywhere(ann)
    assert actions.badges_taken_back(now() + timedelta(hours=7)) == {}, "they ended by themselves"


def test_a_browser_gets_badges_for_a_few_people_a_day_and_for_one_of_them_any_number() -> None:
    *few, late = people(settings.DEVICE_PEOPLE_MAX + 1)
    instant = now()
    for person in few * 3:
        assert read_badge(actions.issue_badge(person.pk, "phone", instant))
    with pytest.raises(TooOften) as refused:
        actions.issue_badge(late.pk, "phone", instant)
    assert (refused.value.code, refused.value.status) == ("too_many_people", 429)
    assert not Device.objects.filter(person=late).exists()
    assert actions.issue_badge(late.pk, "tablet", instant)
    assert actions.issue_badge(0, "phone", instant), "whoever only watches has no limit"
    assert actions.issue_badge(late.pk, "phone", instant + timedelta(days=1, seconds=1))
    actions.forget_devices(instant + timedelta(days=2, seconds=1))
    assert list(Device.objects.values_list("person", "viewer")) == [(late.pk, "phone")]


@pytest.mark.django_db(transaction=True)
def test_people_who_come_at_once_are_counted_all_the_same() -> None:
    buyers = people(4 * settings.DEVICE_PEOPLE_MAX)
    ready, came = threading.Barrier(len(buyers)), []

    def come(person: Person) -> None:
        ready.wait()
        try:
            with transaction.atomic():
                came.append(actions.issue_badge(person.pk, "phone", now()))
        except TooOften:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=[person]) for person in buyers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(came) == Device.objects.count() == settings.DEVICE_PEOPLE_MAX


def test_a_bot_that_makes_guest_after_guest_in_one_browser_is_stopped_and_makes_no_more() -> None:
    """It signs out between them: the browser keeps its name."""
    browser = Client()
    answers = []
    for _ in range(3 * settings.DEVICE_PEOPLE_MAX):
        answers.append(browser.post("/guest/", GUEST, headers={"Accept": "application/json"}))
        browser.post("/door/logout/")
    few = settings.DEVICE_PEOPLE_MAX
    assert [answer.status_code for answer in answers] == [200] * few + [429] * 2 * few
    assert answers[-1].json()["code"] == "too_many_people"
    assert int(answers[-1]["Retry-After"]) > 3600
    assert Person.objects.count() == few, "who was refused was not made"


def test_to_sign_out_everywhere_ends_the_sessions_of_all_browsers() -> None:
    ann = Person.objects.create_person(email="ann@firsthand.example", name="Ann")
    here, there, elsewhere = Client(), Client(), Client()
    for browser in (here, there):
        browser.force_login(ann, backend="firsthand.people.backends.RoleBackend")
    [bob] = people(1)
    elsewhere.force_login(bob, backend="firsthand.people.backends.RoleBackend")
    assert here.post("/me/leave-everywhere/").status_code == 302
    for browser, is_in in ((here, False), (there, False), (elsewhere, True)):
        assert browser.get("/me/").context["user"].is_authenticated is is_in
    here.force_login(Person.objects.get(pk=ann.pk), backend="firsthand.people.backends.RoleBackend")
    assert here.get("/me/").context["user"].is_authenticated, "he may come in anew"
