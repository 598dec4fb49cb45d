"""The nouns of media: a channel that can be published to, and what came of it."""

import hashlib
import secrets

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast, Now
from django.utils.translation import gettext_lazy as _

from firsthand.kit.ids import uuid7


def new_key() -> str:
    """A stream key that nobody guesses: 240 bits."""
    return secrets.token_urlsafe(30)


def digest_of(key: str) -> bytes:
    """What a key is looked up by: how long the search takes tells nothing of the key."""
    return hashlib.sha256(key.encode()).digest()


class Channel(models.Model):
    """Where one publisher at a time sends pictures and sound; NAME stands in its addresses."""

    name = models.SlugField(_("channel name"), max_length=80)
    key = models.CharField(_("stream key"), max_length=64, default=new_key)
    key_digest = models.GeneratedField(
        expression=Func(Cast("key", models.BinaryField()), function="sha256"),
        output_field=models.BinaryField(),
        db_persist=True,
    )
    created_at = models.DateTimeField(_("channel opened"), db_default=Now())
    closed_at = models.DateTimeField(_("channel closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.UniqueConstraint(fields=["name"], name="one_channel_a_name"),
            models.UniqueConstraint(fields=["key_digest"], name="one_channel_a_key"),
            models.CheckConstraint(
                name="a_key_is_long", condition=Q(key__regex=r"^[A-Za-z0-9_-]{32,}$")
            ),
            models.CheckConstraint(
                name="a_channel_name_is_a_slug", condition=Q(name__regex=r"^[A-Za-z0-9_-]+$")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def live_path(self) -> str:
        """Where the live playlist is, at the house's one address."""
        return f"/media/{self.name}/index.m3u8"

    @property
    def replay_path(self) -> str:
        """Where the playlist of the recording is."""
        return f"/media/{self.name}/replay.m3u8"

    @property
    def status_path(self) -> str:
        """Where a page asks whether it is on air, and how well."""
        return f"/media/{self.name}/status.json"


class Session(models.Model):
    """One publisher's time on a channel. Its id is made by the process that took him in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="sessions")
    epoch = models.CharField(max_length=20)
    started_at = models.DateTimeField(_("published from"))
    ended_at = models.DateTimeField(_("published until"), null=True, blank=True)
    ended_why = models.CharField(_("why it ended"), max_length=80, blank=True)
    frames = models.BigIntegerField(_("pictures sent"), default=0)
    bytes = models.BigIntegerField(_("bytes sent"), default=0)

    class Meta:
        verbose_name = _("publishing session")
        verbose_name_plural = _("publishing sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["channel"], condition=Q(ended_at=None), name="one_publisher_a_channel"
            ),
            models.CheckConstraint(
                name="a_session_ends_after_it_starts",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
            ),
        ]


class Recording(models.Model):
    """What was kept of a channel: a file of segments, with its index beside it."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="recordings")
    path = models.CharField(_("path of the file"), max_length=200)  # under the house's home
    started_at = models.DateTimeField(_("published from"))
    ended_at = models.DateTimeField(_("published until"), null=True, blank=True)
    duration_ms = models.BigIntegerField(_("length in milliseconds"), default=0)
    bytes = models.BigIntegerField(_("bytes kept"), default=0)

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        constraints = [
            models.UniqueConstraint(fields=["channel", "path"], name="one_recording_a_file"),
            models.CheckConstraint(
                name="a_recording_is_not_less_than_nothing",
                condition=Q(duration_ms__gte=0) & Q(bytes__gte=0),
            ),
        ]
