"""The nouns of the show."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import InTwoLanguages, Product
from firsthand.media.models import Channel
from firsthand.offer.models import Offer


class Show(models.Model):
    """A time on air, with a host, a run sheet and a room."""

    class State(models.TextChoices):
        """Where it is."""

        DRAFT = "draft", _("in preparation")
        ON_AIR = "on_air", _("on air")
        ENDED = "ended", _("ended")

    slug = models.SlugField(max_length=80, unique=True)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    host = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="hosted_shows")
    channel = models.OneToOneField(Channel, models.PROTECT, related_name="show")
    planned_at = models.DateTimeField()
    on_air_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    segment = models.ForeignKey(
        "Segment", models.SET_NULL, null=True, blank=True, related_name="+"
    )  # the one that is on
    segment_since = models.DateTimeField(null=True, blank=True)
    likes = models.BigIntegerField(db_default=0)
    viewers = models.PositiveIntegerField(db_default=0)  # as it was told last
    poster = models.CharField(max_length=120, blank=True)  # under the house's pictures

    class Meta:
        verbose_name = _("show")
        verbose_name_plural = _("shows")
        ordering = ("-planned_at",)

    def __str__(self) -> str:
        return self.slug

    @property
    def feed(self) -> str:
        """The name of the outbox feed that tells of it."""
        return f"show:{self.pk}"

    @property
    def title(self) -> str:
        """Its title, in the reader's language."""
        from firsthand.catalogue.models import in_english  # noqa: PLC0415 - one word of it

        return self.title_en if in_english() else self.title_zh


class Segment(InTwoLanguages):
    """A stretch of the run sheet: a product or a theme, with its minutes and its owner."""

    show = models.ForeignKey(Show, models.CASCADE, related_name="segments")
    position = models.PositiveIntegerField()
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True)
    offer = models.ForeignKey(Offer, models.PROTECT, null=True, blank=True)
    minutes = models.PositiveIntegerField(default=5)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ("show", "position")
        constraints = [
            models.UniqueConstraint(
                fields=["show", "position"],
                name="one_segment_a_position",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]


class TalkingPoint(models.Model):
    """What the host says, and what proves it."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="points")
    position = models.PositiveIntegerField()
    text_zh = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300)
    evidence_zh = models.CharField(max_length=300, blank=True)
    evidence_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("segment", "position")


class Cue(models.Model):
    """Something to be shown when a viewer's own playhead reaches its media time."""

    class Kind(models.TextChoices):
        """What it does."""

        CARD = "card"
        CARD_OFF = "card_off"
        PIN = "pin"
        UNPIN = "unpin"
        SEGMENT = "segment"

    show = models.ForeignKey(Show, models.CASCADE, related_name="cues")
    kind = models.CharField(max_length=10, choices=Kind)
    at_ms = models.BigIntegerField()  # media time: epoch milliseconds of PROGRAM-DATE-TIME
    offer = models.ForeignKey(Offer, models.PROTECT, null=True, blank=True)
    segment = models.ForeignKey(Segment, models.SET_NULL, null=True, blank=True)
    text = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["show", "at_ms"], name="cues_by_media_time")]
        constraints = [
            models.CheckConstraint(
                name="a_card_has_an_offer", condition=~Q(kind="card") | Q(offer__isnull=False)
            )
        ]


class ChatLine(models.Model):
    """What somebody said in the room."""

    show = models.ForeignKey(Show, models.CASCADE, related_name="chat", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False)
    viewer = models.CharField(max_length=40)
    key = models.UUIDField()
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=20, blank=True)  # host, director … for the crew
    text = models.CharField(max_length=200)
    is_question = models.BooleanField(default=False)
    is_hidden = models.BooleanField(default=False)
    said_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["show", "said_at"], name="chat_of_a_show")]
        constraints = [
            models.UniqueConstraint(fields=["show", "viewer", "key"], name="one_line_a_key")
        ]


class Presence(models.Model):
    """How many viewers a process of the live engine has in a room, and when it said so."""

    show = models.ForeignKey(Show, models.CASCADE, db_index=False)
    process = models.CharField(max_length=60)
    viewers = models.PositiveIntegerField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["show", "process"], name="one_presence_a_process")
        ]
