"""Facets as links: for each value the address that picks it, or lets it go again. No script."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.http import QueryDict

from firsthand.catalogue.rules import Kind
from firsthand.catalogue.store import Facet, FacetValue

VALUES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be picked: what it is called, how many have it, where its link leads."""

    text: str
    products: int
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
    values = facet.values
    if facet.kind == Kind.NUMBER:
        values = tuple(sorted(values, key=lambda value: value.number or 0))
    return [
        Choice(
            text=_text(facet, value),
            products=value.products,
            is_on=value.key in picked,
            query=_toggled(asked, facet, value.key),
        )
        for value in values[:VALUES_SHOWN]
    ]


def _text(facet: Facet, value: FacetValue) -> str:
    return f"{value.text} {facet.unit}".strip()


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
