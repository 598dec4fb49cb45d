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

    What only some orders have stands in tables of its own: the parts of a bundle (the order's
    ``rung_source`` is then ``parts``), a deposit, a seat in a group.
    """

    class State(models.TextChoices):
        """Where it is between the press and the door."""

        HELD = "held", _("held for you")
        DEPOSITED = "deposited", _("deposit paid")
        GROUPING = "grouping", _("waiting for the group")
        PAID = "paid", _("paid")
        MAKING = "making", _("being made")
        READY = "ready", _("ready to ship")
        SHIPPED = "shipped", _("shipped")
        DELIVERED = "delivered", _("delivered")
        EXPIRED = "expired", _("not paid in time")
        CANCELLED = "cancelled", _("cancelled")
        REFUNDED = "refunded", _("refunded")

    number = models.CharField(max_length=16)  # unique below: here it would cost a second index
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
                fields=["hold_until"],
                condition=Q(state__in=["held", "deposited"]),
                name="holds_that_may_expire",
            ),
            models.Index(fields=["show_id", "placed_at"], name="orders_of_a_show"),
            # A new order is held, and so it pays nothing for this one.
            models.Index(
                fields=["sku", "ship_by"],
                condition=Q(state__in=["paid", "making", "ready"]),
                name="orders_to_fulfil",
            ),
            # Nor for this one, if it is of one SKU.
            models.Index(
                fields=["id"],
                condition=Q(
                    rung_source="parts",
                    state__in=["held", "deposited", "grouping", "paid", "making", "ready"],
                ),
                name="bundles_under_way",
            ),
        ]
        constraints = [
            # What it includes lets a press find what counts for its buyer without a look at the
            # orders of his earlier years, which are anywhere in the table.
            models.UniqueConstraint(
                fields=["person", "key"],
                include=["offer", "placed_at", "id"],
                name="one_order_a_press",
            ),
            models.UniqueConstraint(fields=["number"], name="one_order_a_number"),
            models.CheckConstraint(name="at_least_one_piece", condition=Q(quantity__gte=1)),
        ]

    @property
    def amount_fen(self) -> int:
        """What is to be paid, in fen."""
        return self.quantity * self.unit_fen


class OrderPart(models.Model):
    """What an order of a bundle holds of one SKU, the one it is shown by among them."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="parts")
    sku = models.ForeignKey(Sku, models.PROTECT, db_index=False)
    quantity = models.PositiveIntegerField()  # pieces, of all its bundles together
    price = models.ForeignKey(PriceVersion, models.PROTECT, db_index=False)
    amount_fen = models.BigIntegerField()  # of all of them; the parts add up to the order's
    ship_by = models.DateField()  # of the rung; the order ships by the latest of its parts
    rung_source = models.CharField(max_length=10)
    set_aside_at = models.DateTimeField(null=True, blank=True)  # its pieces are packed

    class Meta:
        verbose_name = _("part of an order")
        verbose_name_plural = _("parts of orders")
        constraints = [
            models.UniqueConstraint(fields=["order", "sku"], name="a_sku_is_once_in_an_order"),
            models.CheckConstraint(name="at_least_one_of_a_part", condition=Q(quantity__gte=1)),
        ]
        indexes = [
            models.Index(
                fields=["sku", "ship_by"],
                condition=Q(set_aside_at=None),
                name="parts_to_set_aside",
            ),
        ]


class Deposit(models.Model):
    """The terms on which a pre-sale order was sold: so much now, the balance by a date."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="deposit", primary_key=True)
    amount_fen = models.BigIntegerField()
    is_kept = models.BooleanField()  # when the buyer does not go on; else it goes back
    balance_opens_at = models.DateTimeField(null=True, blank=True)
    balance_due_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("deposit")
        verbose_name_plural = _("deposits")
        indexes = [
            models.Index(
                fields=["balance_due_at"],
                condition=Q(paid_at__isnull=False),
                name="balances_to_come",
            ),
        ]


class Group(models.Model):
    """People who buy together: it forms when as many have paid as it has seats, or expires.

    Its state changes under the door of the offer's SKU, and its row is locked before orders.
    """

    class State(models.TextChoices):
        """What became of it."""

        FORMING = "forming", _("forming")
        FORMED = "formed", _("formed")
        EXPIRED = "expired", _("not enough people in time")

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="groups")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    seats = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, db_default=State.FORMING)
    opened_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    formed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(state="forming"), name="groups_that_may_expire"
            ),
        ]


class GroupSeat(models.Model):
    """An order's place in a group. An order that ended has given its seat back."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="seat", primary_key=True)
    group = models.ForeignKey(Group, models.PROTECT, related_name="taken_seats")


class Waiting(models.Model):
    """Somebody who waits for pieces of an offer that was sold out; served in order of the ids.

    KEY becomes the key of his order: whoever is served twice is served once.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("waiting")
        SERVED = "served", _("held for you")
        LEFT = "left", _("left the list")
        CLOSED = "closed", _("the sale ended first")
        PRICE_ROSE = "price_rose", _("the price has risen")
        OVER_LIMIT = "over_limit", _("more than one person may have now")
        UNPAID = "unpaid", _("too much held and not paid")
        KEY_USED = "key_used", _("ordered by another way")

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="waitings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField()
    quantity = models.PositiveIntegerField()
    unit_fen = models.BigIntegerField()  # what he agreed to pay for one at most
    address_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, db_default=State.WAITING)
    order = models.OneToOneField(Order, models.PROTECT, null=True, related_name="waited")
    joined_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("place on a waiting list")
        verbose_name_plural = _("places on waiting lists")
        indexes = [
            models.Index(fields=["offer", "id"], condition=Q(state="waiting"), name="who_is_next"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "offer"],
                condition=Q(state="waiting"),
                name="one_place_a_person_a_list",
            ),
            models.CheckConstraint(name="one_waits_for_some", condition=Q(quantity__gte=1)),
        ]


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
