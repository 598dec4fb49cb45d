"""Who is watching, when several processes say so at the same moment."""

from functools import partial

import pytest
from django.db import transaction

from firsthand.show.actions import counts
from tests.order.test_expiry import at_once
from tests.show.stage import show_on_air


@pytest.mark.django_db(transaction=True)
def test_two_processes_whose_last_viewers_leave_at_once_count_nobody() -> None:
    show = show_on_air()
    for _ in range(30):
        for process in ("one", "other"):
            with transaction.atomic():
                counts.say_presence(show.pk, process, 1)
        at_once(*(partial(counts.say_presence, show.pk, name, 0) for name in ("one", "other")))
        show.refresh_from_db()
        assert show.viewers == 0
