"""What viewers do is added up rightly, whoever tells it twice or comes back."""

from datetime import UTC, datetime, timedelta

import pytest

from firsthand.insight.actions.facts import Beat, Deed, record_acts, record_viewings
from firsthand.insight.models import Act, Viewing
from tests.show.stage import show_on_air

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 12, 1, 12, 0, 5, tzinfo=UTC)


def test_beats_are_added_up_by_viewer_and_minute_in_one_batch_or_many() -> None:
    show = show_on_air()
    later = NOON + timedelta(seconds=50)  # in the same minute
    record_viewings(
        [
            Beat(show.pk, "a", 0, NOON, 10_000, 500, 1700),
            Beat(show.pk, "b", 7, NOON, 10_000),
            Beat(show.pk, "a", 0, later, 9000, 0, 1600),
        ]
    )
    record_viewings([Beat(show.pk, "a", 9, later, 1000)])
    record_viewings([Beat(show.pk, "a", 9, NOON + timedelta(minutes=1), 10_000)])
    rows = Viewing.objects.order_by("viewer", "minute").values_list(
        "viewer", "minute__minute", "person_id", "watched_ms", "stalled_ms", "latency_ms"
    )
    assert list(rows) == [
        ("a", 0, 9, 20_000, 500, 1600),
        ("a", 1, 9, 10_000, 0, None),
        ("b", 0, 7, 10_000, 0, None),
    ]


def test_who_comes_back_within_half_an_hour_has_entered_once() -> None:
    show = show_on_air()

    def enter(at: datetime) -> None:
        record_acts([Deed(show.pk, "a", 0, at, Act.Kind.ENTERED)])
        record_viewings([Beat(show.pk, "a", 0, at, 0)])

    enter(NOON)
    enter(NOON + timedelta(minutes=10))
    enter(NOON + timedelta(minutes=55))
    assert Act.objects.filter(kind="entered").count() == 2


def test_cards_seen_and_clicked_are_written_with_their_offer_and_error() -> None:
    show = show_on_air()
    record_acts(
        [
            Deed(show.pk, "a", 0, NOON, Act.Kind.CARD_SEEN, 5, 33),
            Deed(show.pk, "a", 0, NOON, Act.Kind.CARD_CLICKED, 5),
        ]
    )
    rows = Act.objects.order_by("id").values_list("kind", "offer_id", "error_ms", "at")
    assert list(rows) == [("card_seen", 5, 33, NOON), ("card_clicked", 5, None, NOON)]
