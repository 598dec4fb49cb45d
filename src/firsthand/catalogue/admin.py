"""The catalogue, in the office: the tree, products with their SKUs, facts and pictures."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, TabularInline

from firsthand.catalogue import actions
from firsthand.catalogue.models import (
    Attribute,
    AttributeValue,
    Category,
    Picture,
    Product,
    Sku,
)
from firsthand.catalogue.rules import Kind, Unfit, parse_flag, parse_number, parse_value
from firsthand.kit.errors import Refusal

INLINE_MAX = 60  # rows of one kind on a product's page


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """A category that stays in a tree."""

    class Meta:
        model = Category
        fields = ("name_zh", "name_en", "slug", "parent", "position", "archetype")

    def clean(self) -> dict[str, Any]:
        """A category is not above itself, and not too deep."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        parents: dict[int, int | None] = dict(Category.objects.values_list("pk", "parent_id"))
        parent = said.get("parent")
        parents[self.instance.pk or 0] = parent.pk if parent else None
        try:
            actions.refuse_unless_a_tree(parents)
        except Refusal as refusal:
            raise ValidationError({"parent": str(refusal)}) from None
        return said


class FactForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """A fact that is what its attribute's kind says."""

    class Meta:
        model = AttributeValue
        fields = ("attribute", "sku", "number", "text_zh", "text_en")

    def clean(self) -> dict[str, Any]:
        """Read the value as the attribute's kind reads it; what is not of that kind is emptied."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        attribute = said.get("attribute")
        if attribute is None:
            return said
        number = said.get("number")
        words = said.get("text_zh") or "" if number is None else str(number)
        try:
            if attribute.kind == Kind.FLAG and number is not None:
                words = "yes" if parse_flag(str(parse_number(words))) else "no"
            value = parse_value(Kind(attribute.kind), words, said.get("text_en") or "")
        except Unfit as unfit:
            raise ValidationError(str(actions.FLAW_SENTENCES[unfit.flaw])) from None
        said.update(number=value.number, text_zh=value.text_zh, text_en=value.text_en)
        return said


class SkuInline(TabularInline):
    """A product's SKUs, on the product's page."""

    model = Sku
    extra = 0
    max_num = INLINE_MAX
    fields = ("code", "name_zh", "name_en", "colour", "weight_g", "position", "is_active")
    tab = True


class OfThisProduct(TabularInline):
    """An inline whose rows may be of one of the product's own SKUs."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **more: Any) -> Any:
        """Only the SKUs of this product can be chosen."""
        if db_field.name == "sku":
            match = request.resolver_match
            product_id = match.kwargs.get("object_id", "") if match else ""
            known = product_id if str(product_id).isdigit() else 0
            more["queryset"] = Sku.objects.filter(product_id=known)
        return super().formfield_for_foreignkey(db_field, request, **more)


class FactInline(OfThisProduct):
    """A product's facts."""

    model = AttributeValue
    form = FactForm
    extra = 0
    max_num = INLINE_MAX
    autocomplete_fields = ("attribute",)
    tab = True


class PictureInline(OfThisProduct):
    """A product's pictures."""

    model = Picture
    extra = 0
    max_num = INLINE_MAX
    fields = ("thumbnail", "file", "sku", "alt_zh", "alt_en", "position")
    readonly_fields = ("thumbnail",)
    tab = True

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> SafeString | str:
        """The picture, small."""
        if not picture.file:
            return ""
        return format_html('<img src="{}" alt="" width="64" height="64">', picture.file.url)


@admin.register(Category)
class CategoryAdmin(ModelAdmin):
    """The tree, each category under the names of those above it."""

    form = CategoryForm
    list_display = ("in_the_tree", "name_en", "slug", "products_count", "position")
    list_select_related = ("parent", "parent__parent", "parent__parent__parent")
    list_filter = (("parent", admin.RelatedOnlyFieldListFilter),)
    list_per_page = 60
    search_fields = ("name_zh", "name_en", "slug")
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name_en",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        """With the number of products that lie on each."""
        rows: QuerySet[Category] = super().get_queryset(request)
        return rows.annotate(products_count=Count("products"))

    @admin.display(description=_("category"), ordering="position")
    def in_the_tree(self, category: Category) -> str:
        """Its name behind the names above it."""
        names = [category.name]
        above = category.parent
        while above is not None and len(names) < 4:
            names.append(above.name)
            above = above.parent
        return " › ".join(reversed(names))

    @admin.display(description=_("products"), ordering="products_count")
    def products_count(self, category: Category) -> int:
        """How many products lie on it."""
        count: int = category.products_count  # type: ignore[attr-defined]  # annotated above
        return count


@admin.register(Product)
class ProductAdmin(ModelAdmin):
    """Products with their SKUs, facts and pictures."""

    list_display = ("name_zh", "name_en", "model_number", "category", "is_listed")
    list_select_related = ("category",)
    list_filter = ("is_listed", ("category", admin.RelatedOnlyFieldListFilter))
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name_zh", "name_en", "model_number", "skus__code")
    autocomplete_fields = ("category", "works_with")
    prepopulated_fields = {"slug": ("name_en",)}
    readonly_fields = ("is_listed", "listed_at")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name_zh", "name_en"),
                    ("slug", "model_number"),
                    "category",
                    ("tagline_zh", "tagline_en"),
                    ("story_zh", "story_en"),
                    ("archetype", "warranty_months"),
                    "works_with",
                    ("is_listed", "listed_at"),
                )
            },
        ),
    )
    inlines = (SkuInline, FactInline, PictureInline)
    actions = ("list_them", "unlist_them")

    @admin.action(description=_("List in the mall"), permissions=["change"])
    def list_them(self, request: HttpRequest, chosen: QuerySet[Product]) -> None:
        """Show the chosen products in the mall."""
        self._do(request, actions.list_products, chosen)

    @admin.action(description=_("Take out of the mall"), permissions=["change"])
    def unlist_them(self, request: HttpRequest, chosen: QuerySet[Product]) -> None:
        """Show the chosen products no longer."""
        self._do(request, actions.unlist_products, chosen)

    def _do(self, request: HttpRequest, deed: Any, chosen: QuerySet[Product]) -> None:
        try:
            with transaction.atomic():
                changed = deed(list(chosen.values_list("pk", flat=True)))
        except Refusal as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return
        words = ngettext("%d product changed.", "%d products changed.", len(changed))
        self.message_user(request, words % len(changed), messages.SUCCESS)


@admin.register(Sku)
class SkuAdmin(ModelAdmin):
    """SKUs, found by their code; they are edited on their product's page."""

    list_display = ("code", "name_zh", "name_en", "product", "is_active")
    list_select_related = ("product",)
    list_filter = ("is_active",)
    show_full_result_count = False
    search_fields = ("code", "name_zh", "name_en", "product__name_zh", "product__name_en")
    autocomplete_fields = ("product",)


@admin.register(Attribute)
class AttributeAdmin(ModelAdmin):
    """The kinds of facts there are."""

    list_display = ("name_zh", "name_en", "code", "kind", "unit", "is_facet", "position")
    list_filter = ("kind", "is_facet")
    search_fields = ("name_zh", "name_en", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What values there are already were written by its kind, so it stays."""
        if obj is not None and AttributeValue.objects.filter(attribute=obj).exists():
            return ("kind",)
        return ()
