"""The nouns of open pricing."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import BigIntegerField, F, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import Sku

PARTS = (
    "material_fen",
    "labour_fen",
    "energy_fen",
    "overhead_fen",
    "freight_fen",
    "service_fen",
    "margin_fen",
    "tax_fen",
)


_BASIS_POINTS = 10_000
_COST = (
    F("material_fen")
    + F("labour_fen")
    + F("energy_fen")
    + F("overhead_fen")
    + F("freight_fen")
    + F("service_fen")
)
_TAX_BP = Coalesce(Cast(KeyTextTransform("tax_bp", "assumptions"), BigIntegerField()), 0)


class PriceVersion(models.Model):
    """What a SKU sold for during a time, the parts which that was made of, and the seal on it.

    Once published a row is never changed but to end its time: an order keeps the version
    that its buyer saw.
    """

    sku = models.ForeignKey(Sku, models.PROTECT, db_index=False, related_name="prices")
    version = models.PositiveIntegerField()  # of this SKU: 1, 2, 3 …
    during = DateTimeRangeField()
    currency = models.CharField(max_length=3, default="CNY")
    material_fen = models.BigIntegerField()
    labour_fen = models.BigIntegerField()
    energy_fen = models.BigIntegerField()
    overhead_fen = models.BigIntegerField()
    freight_fen = models.BigIntegerField()
    service_fen = models.BigIntegerField()  # reserve for repairs and returns
    margin_fen = models.BigIntegerField()
    tax_fen = models.BigIntegerField()
    price_fen = models.GeneratedField(
        expression=F("material_fen")
        + F("labour_fen")
        + F("energy_fen")
        + F("overhead_fen")
        + F("freight_fen")
        + F("service_fen")
        + F("margin_fen")
        + F("tax_fen"),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    # Cost and tax, rounded up (rules.lowest_fen): no discount goes below it.
    floor_fen = models.GeneratedField(
        expression=(_COST * (_TAX_BP + _BASIS_POINTS) + (_BASIS_POINTS - 1)) / _BASIS_POINTS,
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    middlemen_fen = models.BigIntegerField(default=0)  # what it would be through middlemen
    assumptions = models.JSONField(default=dict)  # under which that was reckoned
    reason = models.CharField(max_length=200)
    by = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True)
    key_id = models.CharField(max_length=16)  # of the signing key
    card = models.TextField(default="")  # the canonical card, as it was signed
    signature = models.CharField(max_length=128)  # Ed25519 over the card's bytes, base64

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            ExclusionConstraint(
                name="one_price_at_a_time",
                expressions=[("sku", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            models.UniqueConstraint(fields=["sku", "version"], name="one_row_a_version"),
            # Says no more than the first, but its index is what every press looks into.
            models.UniqueConstraint(
                fields=["sku"], condition=Q(during__upper_inf=True), name="one_price_now"
            ),
            models.CheckConstraint(
                name="no_price_part_below_nought",
                condition=Q(**{f"{part}__gte": 0 for part in PARTS}),
            ),
        ]


class SigningKey(models.Model):
    """A key with which cost cards are signed. The public half is for everyone.

    A key is never deleted: what it signed can be checked for ever.
    """

    key_id = models.CharField(max_length=16, primary_key=True)
    public = models.CharField(max_length=64)  # raw Ed25519, base64
    sealed = models.CharField(max_length=120)  # the private half, encrypted (price/card.py)
    made_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = [
            models.UniqueConstraint(
                fields=["retired_at"], nulls_distinct=False, name="one_key_signs"
            )
        ]

    def __str__(self) -> str:
        return self.key_id


class PricePolicy(models.Model):
    """How cost sheets are reckoned. One row; changing it changes no published price."""

    energy_fen_per_kwh = models.BigIntegerField(default=75)
    overhead_bp = models.PositiveIntegerField(default=600)  # of material and labour
    freight_fen_per_kg = models.BigIntegerField(default=320)
    freight_fen_base = models.BigIntegerField(default=280)
    service_bp = models.PositiveIntegerField(default=150)  # of the cost to make
    margin_bp = models.PositiveIntegerField(
        default=500
    )  # of the whole cost; the pledge is its roof
    tax_bp = models.PositiveIntegerField(default=1300)  # VAT on the net price
    distributor_bp = models.PositiveIntegerField(default=1500)  # of the maker's price
    retailer_bp = models.PositiveIntegerField(default=2500)  # of the distributor's price
    ending_fen = models.PositiveIntegerField(default=100)  # prices end on a multiple of it

    class Meta:
        verbose_name = _("price policy")
        verbose_name_plural = _("price policy")
        constraints = [
            models.CheckConstraint(name="an_ending_of_a_fen", condition=Q(ending_fen__gte=1))
        ]
