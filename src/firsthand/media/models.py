"""The nouns of media: a channel that can be published to, and what came of it."""

import secrets

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


def new_key() -> str:
    """A stream key that nobody guesses: 160 bits."""
    return secrets.token_urlsafe(30)


class Channel(models.Model):
    """Where one publisher at a time sends pictures and sound; NAME stands in its addresses."""

    name = models.SlugField(max_length=80, unique=True)
    key = models.CharField(max_length=64, unique=True, default=new_key)
    created_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_key_is_long", condition=Q(key__regex=r"^.{32,}$"))
        ]

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """One publisher's time on a channel."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="sessions")
    epoch = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=80, blank=True)
    frames = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)


class Recording(models.Model):
    """What was kept of a channel: a file of segments, with its index beside it."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="recordings")
    path = models.CharField(max_length=200)  # under the house's home
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    duration_ms = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
