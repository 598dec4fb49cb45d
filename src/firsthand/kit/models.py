"""The outbox's tables; kit/outbox.py says what they are for."""

from django.db import models
from django.db.models.functions import Now


class Feed(models.Model):
    """Who is told, and the number of what he was told last."""

    name = models.TextField(primary_key=True)
    last_seq = models.BigIntegerField()


class Told(models.Model):
    """One event of a feed. Its number is its place in the order of commits."""

    pk = models.CompositePrimaryKey("feed_id", "seq")
    feed = models.ForeignKey(Feed, models.PROTECT, db_index=False)
    seq = models.BigIntegerField()
    name = models.TextField()
    body = models.JSONField()
    told_at = models.DateTimeField(db_default=Now())


class Position(models.Model):
    """How far a reader has come in a feed; written in the transaction that used the news."""

    pk = models.CompositePrimaryKey("reader", "feed")
    reader = models.TextField()
    feed = models.TextField()
    seq = models.BigIntegerField()
