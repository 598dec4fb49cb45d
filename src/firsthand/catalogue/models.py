"""The nouns of the catalogue. Their words stand in two languages, side by side."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _


class InTwoLanguages(models.Model):
    """Something whose name a reader sees in his own language."""

    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of whoever reads it now."""
        return self.name_en if in_english() else self.name_zh


def in_english() -> bool:
    """Whether the reader reads English; Chinese is what we speak otherwise."""
    return (get_language() or "").startswith("en")


class Category(InTwoLanguages):
    """A branch of the tree of everything we sell; the roots have no parent."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    slug = models.SlugField(max_length=80, unique=True)
    position = models.PositiveIntegerField(default=0)
    archetype = models.CharField(max_length=40, blank=True)  # the drawing that stands for it

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(name="nobody_is_his_own_parent", condition=~Q(parent=F("id")))
        ]


class Product(InTwoLanguages):
    """A thing with a story; what is bought is one of its SKUs."""

    category = models.ForeignKey(Category, models.PROTECT, related_name="products")
    slug = models.SlugField(max_length=100, unique=True)
    model_number = models.CharField(max_length=40, unique=True)
    tagline_zh = models.CharField(max_length=200, blank=True)
    tagline_en = models.CharField(max_length=200, blank=True)
    story_zh = models.TextField(blank=True)
    story_en = models.TextField(blank=True)
    archetype = models.CharField(max_length=40)  # its drawing, for those who have no photograph
    warranty_months = models.PositiveIntegerField(default=12)
    is_listed = models.BooleanField(default=True)
    listed_at = models.DateTimeField(null=True, blank=True)
    works_with = models.ManyToManyField("self", symmetrical=True, blank=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ("id",)
        indexes = [
            # What a category's page reads, and the counts beside the categories of a menu.
            models.Index(
                F("category"),
                F("listed_at").desc(nulls_last=True),
                F("id"),
                condition=Q(is_listed=True),
                name="listed_products",
            )
        ]

    @property
    def tagline(self) -> str:
        """One line about it, in the reader's language."""
        return self.tagline_en if in_english() else self.tagline_zh

    @property
    def story(self) -> str:
        """What it is and why we made it, in the reader's language."""
        return self.story_en if in_english() else self.story_zh


class Sku(InTwoLanguages):
    """The smallest thing that can be bought: one size, one colour."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="skus")
    code = models.CharField(max_length=40, unique=True)
    colour = models.CharField(max_length=7, default="#d9d9d9")  # #rrggbb, for its picture
    weight_g = models.PositiveIntegerField(default=500)  # packed, for freight
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = "SKU"
        verbose_name_plural = "SKUs"
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(
                name="colour_is_hex", condition=Q(colour__regex=r"^#[0-9a-fA-F]{6}$")
            )
        ]


class Attribute(InTwoLanguages):
    """A kind of fact about products, with the type of its values."""

    class Kind(models.TextChoices):
        """What a value of it is."""

        NUMBER = "number"
        TEXT = "text"
        CHOICE = "choice"
        FLAG = "flag"

    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    unit = models.CharField(max_length=20, blank=True)
    is_facet = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering = ("position", "id")

    @property
    def unit_name(self) -> str:
        """Its unit as the reader writes it: ``mAh`` everywhere, but ``days`` or 天."""
        return pgettext("unit", self.unit) if self.unit else ""


class AttributeValue(models.Model):
    """One fact: of a product, or of one of its SKUs alone. A flag is the number 1 or 0.

    The database knows one thing more (migration 0003): the SKU of a fact is of its product.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="facts")
    sku = models.ForeignKey(Sku, models.CASCADE, null=True, blank=True, related_name="facts")
    attribute = models.ForeignKey(Attribute, models.PROTECT, related_name="values")
    number = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    text_zh = models.CharField(max_length=200, blank=True)
    text_en = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "sku", "attribute"],
                name="one_value_a_fact",
                nulls_distinct=False,
            )
        ]

    @property
    def text(self) -> str:
        """The value as words, in the reader's language."""
        if self.attribute.kind == Attribute.Kind.FLAG:
            return str(_("yes") if self.number else _("no"))
        if self.number is not None:
            number = f"{self.number.normalize():f}"
            return f"{number} {self.attribute.unit_name}".strip()
        return self.text_en if in_english() else self.text_zh


class Picture(models.Model):
    """A picture of a product, or of one of its SKUs; the file lies under the house's pictures."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="pictures")
    sku = models.ForeignKey(Sku, models.CASCADE, null=True, blank=True, related_name="pictures")
    file = models.FileField(upload_to="products/")
    alt_zh = models.CharField(max_length=200, blank=True)
    alt_en = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ("position", "id")

    @property
    def alt(self) -> str:
        """What is to be seen, for those who cannot see it."""
        return self.alt_en if in_english() else self.alt_zh
