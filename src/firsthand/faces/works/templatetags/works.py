"""``{% load works %}``: hours, shares and loads as planners read them."""

from django import template

from firsthand.factory.load import Load

register = template.Library()

FULL, NEARLY = 100.0, 85.0


@register.filter
def hours(value: float) -> str:
    """Hours with one place, whole from a hundred on: 7.5, 1,234."""
    said = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"
    return said.replace("-", "−")


@register.filter
def seconds_as_hours(value: float) -> str:
    """Seconds as hours are written."""
    return hours(value / 3600)


@register.filter
def css(number: float) -> str:
    """A number for a style, with a point whatever the language writes."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


@register.filter
def percent(value: float | None) -> str:
    """A whole percentage; a dash where there is none."""
    return "–" if value is None else f"{value:.0f}"


@register.filter
def level(load: Load) -> str:
    """How full a stretch is, as the word of a class: closed, 0 … 9, or over."""
    share = load.percent
    if share is None:
        return "closed"
    return "full" if share >= FULL - 0.5 else str(int(share // 10))
