"""Shows in the office: planned there, and from then on read there."""

import pytest
from django.test import Client
from django.urls import reverse

from firsthand.show.models import Show
from tests.shop import staff
from tests.show.stage import person

pytestmark = pytest.mark.django_db


def test_a_show_is_planned_in_the_office_with_a_channel_to_publish_to() -> None:
    host = person("Lin Yao", roles=["host"])
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff("admin"), backend="firsthand.people.backends.RoleBackend")
    new = reverse("admin:show_show_add")
    form = client.get(new)
    assert form.status_code == 200
    assert "on_air_at" not in form.content.decode(), "there is nothing to say of it yet"
    said = {
        "slug": "kettles",
        "title_zh": "烧水壶专场",
        "title_en": "An evening of kettles",
        "host": str(host.pk),
        "planned_at_0": "2026-12-01",
        "planned_at_1": "20:00:00",
        "poster": "",
    }
    assert client.post(new, said).status_code == 302
    show = Show.objects.get()
    assert (show.state, show.channel.name) == (Show.State.DRAFT, "kettles")
    page = client.get(reverse("admin:show_show_change", args=[show.pk]))
    assert page.status_code == 200
