"""Facets as links: for each value the address that picks it, or lets it go again. No script."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.rules import Kind
from firsthand.catalogue.store import Facet, FacetValue

VALUES_SHOWN = 10
RANGES_FROM = 7  # so many numbers are offered one by one; more of them as ranges
RANGES = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be picked: what it is called, how many have it, where its link leads."""

    text: str
    products: int | None  # not said of a range: a product with two of its values would count twice
    is_on: bool
    query: str


@dataclass(frozen=True, slots=True)
class Choosable:
    """A facet with its choices."""

    facet: Facet
    choices: list[Choice]


def choosable(asked: QueryDict, facets: Iterable[Facet]) -> list[Choosable]:
    """The facets that tell products apart, or of which something is picked already."""
    found = [Choosable(facet, _choices(asked, facet)) for facet in facets]
    return [
        each
        for each in found
        if len(each.choices) > 1 or any(choice.is_on for choice in each.choices)
    ]


def cleared(asked: QueryDict, *, keep: Collection[str]) -> str:
    """The address with nothing picked."""
    query = QueryDict(mutable=True)
    for name, words in asked.lists():
        if name in keep and name != "page":
            query.setlist(name, words)
    return f"?{query.urlencode()}"


def _choices(asked: QueryDict, facet: Facet) -> list[Choice]:
    picked = asked.getlist(facet.code)
    return [
        Choice(text, products, key in picked, _toggled(asked, facet, key))
        for key, text, products in _offered(facet)
    ]


def _offered(facet: Facet) -> list[tuple[str, str, int | None]]:
    """Each choice of a facet: how an address names it, its text, how many products have it."""
    if facet.kind == Kind.FLAG:
        return [
            (value.key, str(_("Yes") if value.number else _("No")), value.products)
            for value in facet.values
        ]
    if facet.kind != Kind.NUMBER:
        return [(value.key, value.text, value.products) for value in facet.values[:VALUES_SHOWN]]
    values = sorted(facet.values, key=lambda value: value.number or 0)
    if len(values) < RANGES_FROM:
        return [(value.key, _measured(facet, value.text), value.products) for value in values]
    return [
        (f"{low.key}..{high.key}", _measured(facet, f"{low.text}–{high.text}"), None)
        for low, high in _ranges(values)
    ]


def _ranges(values: list[FacetValue]) -> list[tuple[FacetValue, FacetValue]]:
    """Values in their order as ranges that hold about as many of them each."""
    ends = [round(len(values) * part / RANGES) for part in range(RANGES + 1)]
    return [(values[low], values[high - 1]) for low, high in pairwise(ends) if low < high]


def _measured(facet: Facet, text: str) -> str:
    return f"{text} {facet.unit}".strip()


def _toggled(asked: QueryDict, facet: Facet, key: str) -> str:
    """Words add up; of numbers one is picked at a time, for a range has two ends only."""
    query = asked.copy()
    query.pop("page", None)
    picked = query.getlist(facet.code)
    others = [word for word in picked if word != key]
    if key in picked:
        now = others
    else:
        now = [key] if facet.kind in (Kind.NUMBER, Kind.FLAG) else [*others, key]
    query.setlist(facet.code, now)
    return f"?{query.urlencode()}"
