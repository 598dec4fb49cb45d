"""What the worker forgets."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from firsthand.kit.clock import now
from firsthand.people.tasks import forget_visits


@pytest.mark.django_db
def test_a_visit_that_is_over_is_forgotten_and_one_that_is_not_stays() -> None:
    for key, hours in (("over", -1), ("on", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=now() + timedelta(hours=hours)
        )
    forget_visits()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["on"]
