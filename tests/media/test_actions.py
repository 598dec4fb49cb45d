"""Channels, their keys, and what is noted of publishers."""

from datetime import timedelta

import pytest

from firsthand.kit import clock, outbox
from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.kit.ids import uuid7
from firsthand.media import actions
from firsthand.media.models import Channel, Recording, Session

pytestmark = pytest.mark.django_db


def test_a_channel_has_a_long_key_of_its_own() -> None:
    first, second = actions.open_channel("show-1"), actions.open_channel("show-2")
    assert len(first.key) >= 32 and first.key != second.key
    assert actions.find_by_key(first.key) == (first.pk, "show-1")
    assert actions.find_by_key(second.key) == (second.pk, "show-2")


@pytest.mark.parametrize("wrong", ["", "x", "show-1", "\0", "ü" * 40, "a" * 4000])
def test_a_wrong_key_finds_nothing(wrong: str) -> None:
    actions.open_channel("show-1")
    assert actions.find_by_key(wrong) is None


def test_a_channel_made_by_hand_is_found_by_its_key_too() -> None:
    channel = Channel.objects.create(name="by-hand")
    assert actions.find_by_key(channel.key) == (channel.pk, "by-hand")


@pytest.mark.parametrize("name", ["", "a/b", "../x", "two words", "x" * 81, "直播"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.open_channel(name)
    assert refusal.value.code == "bad_channel_name"
    assert not Channel.objects.exists()


def test_a_name_that_is_taken_is_refused_and_the_channel_keeps_its_key() -> None:
    channel = actions.open_channel("show-1")
    with pytest.raises(Refusal) as refusal:
        actions.open_channel("show-1")
    assert refusal.value.code == "channel_name_taken"
    assert Channel.objects.get().key == channel.key


def test_a_renewed_key_replaces_the_old_one() -> None:
    channel = actions.open_channel("show-1")
    renewed = actions.renew_key(channel.pk)
    assert actions.find_by_key(channel.key) is None
    assert actions.find_by_key(renewed.key) == (channel.pk, "show-1")


def test_nobody_publishes_to_a_closed_channel() -> None:
    channel = actions.open_channel("show-1")
    actions.close_channel(channel.pk)
    assert actions.find_by_key(channel.key) is None
    assert actions.key_digests([channel.pk]) == {}
    with pytest.raises(Refusal):
        actions.renew_key(channel.pk)


def test_closing_what_is_not_there_is_refused() -> None:
    with pytest.raises(NotFound):
        actions.close_channel(404)


def test_a_session_is_noted_and_told_upward() -> None:
    channel, session, at = actions.open_channel("show-1"), uuid7(), clock.now()
    actions.session_started(session_id=session, channel_id=channel.pk, epoch="e1", at=at)
    later = at + timedelta(seconds=90)
    actions.session_ended(session_id=session, at=later, why="unpublished", frames=2700, size=9)
    kept = Session.objects.get()
    assert (kept.frames, kept.bytes, kept.ended_why) == (2700, 9, "unpublished")
    told = [news.name for news in outbox.after(f"channel:{channel.pk}", 0)]
    assert told == ["stream_started.v1", "stream_ended.v1"]


def test_a_session_whose_process_was_killed_is_ended_by_the_next_one() -> None:
    channel, at = actions.open_channel("show-1"), clock.now()
    lost, fresh = uuid7(), uuid7()
    actions.session_started(session_id=lost, channel_id=channel.pk, epoch="e1", at=at)
    actions.session_started(session_id=fresh, channel_id=channel.pk, epoch="e2", at=at)
    assert Session.objects.get(pk=lost).ended_why == actions.LOST
    assert Session.objects.get(pk=fresh).ended_at is None
    # The killed one's note comes after all: too late to change anything.
    actions.session_ended(session_id=lost, at=at, why="unpublished", frames=1, size=1)
    assert Session.objects.get(pk=lost).ended_why == actions.LOST


def test_sessions_left_open_are_ended_when_the_process_starts_again() -> None:
    channel, other = actions.open_channel("show-1"), actions.open_channel("elsewhere")
    at = clock.now()
    for one in (channel, other):
        actions.session_started(session_id=uuid7(), channel_id=one.pk, epoch="e1", at=at)
    actions.recording_begun(channel_id=channel.pk, path="recordings/show-1/tape.mp4", at=at)
    assert actions.end_lost_sessions(channel_names=["show-1"], at=at) == 1
    assert Session.objects.get(ended_at=None).channel_id == other.pk
    assert Recording.objects.get().ended_at == at


def test_two_sessions_of_a_channel_make_one_recording() -> None:
    channel, at = actions.open_channel("show-1"), clock.now()
    path = "recordings/show-1/tape.mp4"
    for duration_ms in (60_000, 90_000):
        actions.recording_begun(channel_id=channel.pk, path=path, at=at)
        assert Recording.objects.get().ended_at is None
        actions.recording_ended(
            channel_id=channel.pk, path=path, at=at, duration_ms=duration_ms, size=7
        )
    kept = Recording.objects.get()
    assert (kept.duration_ms, kept.started_at) == (90_000, at)
