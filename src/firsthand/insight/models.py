"""The facts that figures are made of, and the reports made of them."""

from django.db import models
from django.db.models.functions import Now

from firsthand.show.models import Show


class Viewing(models.Model):
    """One viewer's time in one show, added up minute by minute."""

    show = models.ForeignKey(Show, models.CASCADE, db_index=False)
    viewer = models.CharField(max_length=40)
    minute = models.DateTimeField()  # the start of the minute
    person_id = models.BigIntegerField(default=0)
    watched_ms = models.BigIntegerField(default=0)
    stalled_ms = models.BigIntegerField(default=0)
    latency_ms = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["show", "viewer", "minute"], name="one_row_a_minute")
        ]


class Act(models.Model):
    """Something a viewer did or saw: a card seen, a card clicked."""

    class Kind(models.TextChoices):
        """What it was."""

        ENTERED = "entered"
        CARD_SEEN = "card_seen"
        CARD_CLICKED = "card_clicked"

    show = models.ForeignKey(Show, models.CASCADE, db_index=False)
    viewer = models.CharField(max_length=40)
    person_id = models.BigIntegerField(default=0)
    kind = models.CharField(max_length=20, choices=Kind)
    offer_id = models.BigIntegerField(null=True)
    error_ms = models.IntegerField(null=True)  # how far a card was from its media time
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["show", "kind", "at"], name="acts_of_a_show")]


class Report(models.Model):
    """The report of a show, as it was reckoned at a time by a version of the dictionary."""

    show = models.ForeignKey(Show, models.CASCADE, related_name="reports")
    dictionary_version = models.CharField(max_length=20)
    made_at = models.DateTimeField(db_default=Now())
    body = models.JSONField()

    class Meta:
        get_latest_by = "made_at"
