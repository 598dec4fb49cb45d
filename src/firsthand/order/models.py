"""The nouns of the order floor."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import Sku
from firsthand.offer.models import Offer
from firsthand.price.models import PriceVersion


class Order(models.Model):
    """Pieces held for a person, at the price he saw, with a day by which they ship.

    Every index here is paid for by every order of a burst, so there are few. The one behind
    ``one_order_a_press`` begins with the person: it also finds what he has bought.
    """

    class State(models.TextChoices):
        """Where it is between the press and the door."""

        HELD = "held", _("held for you")
        PAID = "paid", _("paid")
        MAKING = "making", _("being made")
        READY = "ready", _("ready to ship")
        SHIPPED = "shipped", _("shipped")
        DELIVERED = "delivered", _("delivered")
        EXPIRED = "expired", _("not paid in time")
        CANCELLED = "cancelled", _("cancelled")
        REFUNDED = "refunded", _("refunded")

    number = models.CharField(max_length=16, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    key = models.UUIDField()
    show_id = models.BigIntegerField()
    offer = models.ForeignKey(Offer, models.PROTECT, db_index=False, related_name="orders")
    sku = models.ForeignKey(Sku, models.PROTECT, db_index=False)
    quantity = models.PositiveIntegerField()
    price = models.ForeignKey(PriceVersion, models.PROTECT, db_index=False)
    unit_fen = models.BigIntegerField()
    currency = models.CharField(max_length=3, db_default="CNY")
    ship_by = models.DateField()
    rung_source = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State, db_default=State.HELD)
    address_id = models.BigIntegerField(null=True)
    placed_at = models.DateTimeField(db_default=Now())
    hold_until = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # expired, cancelled or refunded

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = [
            models.Index(
                fields=["hold_until"], condition=Q(state="held"), name="holds_that_may_expire"
            ),
            models.Index(fields=["show_id", "placed_at"], name="orders_of_a_show"),
            # A new order is held, and so it pays nothing for this one.
            models.Index(
                fields=["sku", "ship_by"],
                condition=Q(state__in=["paid", "making", "ready"]),
                name="orders_to_fulfil",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="one_order_a_press"),
            models.CheckConstraint(name="at_least_one_piece", condition=Q(quantity__gte=1)),
        ]

    @property
    def amount_fen(self) -> int:
        """What is to be paid, in fen."""
        return self.quantity * self.unit_fen


class Delivery(models.Model):
    """Where a paid order goes, as it was written when it was paid, and how it travels."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="delivery", primary_key=True)
    recipient = models.CharField(max_length=60)
    phone = models.CharField(max_length=20)
    region = models.CharField(max_length=120)
    street = models.CharField(max_length=200)
    carrier = models.CharField(max_length=60, blank=True)
    tracking_number = models.CharField(max_length=60, blank=True)


class OrderStep(models.Model):
    """A step that an order took, and when: what the buyer follows. Rows are only added."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=Order.State)
    note = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(db_default=Now())
