"""What can be done with channels, and what the media process notes of them.

Keys are secrets: they are shown to whoever publishes and stand in no log and no event.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from firsthand.kit import clock, outbox
from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.media.events import StreamEnded, StreamStarted
from firsthand.media.models import Channel, Recording, Session, digest_of, new_key

LOST = "process_lost"  # a session whose process did not live to note its end

_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")


def open_channel(name: str) -> Channel:
    """A new channel with a key of its own; NAME will stand in its addresses."""
    if not _NAME.fullmatch(name):
        raise Invalid("bad_channel_name", _("A channel's name is letters, digits, - and _."))
    channel, new = Channel.objects.get_or_create(name=name)
    if not new:
        raise Refusal("channel_name_taken", _("There is a channel of this name already."))
    return channel


def close_channel(channel_id: int) -> None:
    """Nobody may publish here any more; who does is let go. The recording stays."""
    _locked(channel_id)
    Channel.objects.filter(pk=channel_id, closed_at=None).update(closed_at=clock.now())


def renew_key(channel_id: int) -> Channel:
    """Give a channel another key: the old one is worth nothing from now on."""
    channel = _locked(channel_id)
    if channel.closed_at is not None:
        raise Refusal("channel_closed", _("This channel is closed."))
    channel.key = new_key()
    channel.save(update_fields=["key"])
    return channel


def find_by_key(key: str) -> tuple[int, str] | None:
    """The open channel that a key belongs to: its id and name."""
    return (
        Channel.objects.filter(key_digest=digest_of(key), closed_at=None)
        .values_list("id", "name")
        .first()
    )


def key_digests(channel_ids: Iterable[int]) -> dict[int, bytes]:
    """The digests of the keys of those channels that are open."""
    rows = Channel.objects.filter(pk__in=sorted(channel_ids), closed_at=None)
    return {pk: bytes(digest) for pk, digest in rows.values_list("id", "key_digest")}


def session_started(*, session_id: UUID, channel_id: int, epoch: str, at: datetime) -> None:
    """A publisher has come on air. Whoever is still noted there did not live to say goodbye."""
    _end_open(Session.objects.filter(channel_id=channel_id), at=at)
    Session.objects.create(id=session_id, channel_id=channel_id, epoch=epoch, started_at=at)
    outbox.tell(f"channel:{channel_id}", [StreamStarted(channel_id, str(session_id))])


def session_ended(*, session_id: UUID, at: datetime, why: str, frames: int, size: int) -> None:
    """A publisher is gone; what he sent in all."""
    session = Session.objects.select_for_update().get(pk=session_id)
    if session.ended_at is not None:
        return
    session.ended_at, session.ended_why = max(at, session.started_at), why
    session.frames, session.bytes = frames, size
    session.save(update_fields=["ended_at", "ended_why", "frames", "bytes"])
    outbox.tell(
        f"channel:{session.channel_id}", [StreamEnded(session.channel_id, str(session_id), why)]
    )


def end_lost_sessions(*, channel_names: Iterable[str], at: datetime) -> int:
    """End the sessions that a killed process left open; how many there were."""
    names = sorted(channel_names)
    Recording.objects.filter(channel__name__in=names, ended_at=None).update(ended_at=at)
    return _end_open(Session.objects.filter(channel__name__in=names), at=at)


def recording_begun(*, channel_id: int, path: str, at: datetime) -> None:
    """A channel is being recorded; one that was recorded before goes on in the same file."""
    Recording.objects.update_or_create(
        channel_id=channel_id,
        path=path,
        defaults={"ended_at": None},
        create_defaults={"started_at": at},
    )


def recording_ended(
    *, channel_id: int, path: str, at: datetime, duration_ms: int, size: int
) -> None:
    """Nothing more comes for now; how long the recording plays and how large it is."""
    Recording.objects.filter(channel_id=channel_id, path=path).update(
        ended_at=at, duration_ms=duration_ms, bytes=size
    )


def _end_open(sessions: QuerySet[Session], *, at: datetime) -> int:
    still_open = list(sessions.filter(ended_at=None).order_by("id").select_for_update(of=("self",)))
    for session in still_open:
        session.ended_at, session.ended_why = max(at, session.started_at), LOST
        session.save(update_fields=["ended_at", "ended_why"])
    for session in still_open:
        news = StreamEnded(session.channel_id, str(session.pk), LOST)
        outbox.tell(f"channel:{session.channel_id}", [news])
    return len(still_open)


def _locked(channel_id: int) -> Channel:
    channel = Channel.objects.select_for_update().filter(pk=channel_id).first()
    if channel is None:
        raise NotFound("no_such_channel", _("There is no such channel."))
    return channel
