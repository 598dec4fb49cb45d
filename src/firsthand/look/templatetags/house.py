"""``{% load house %}``: money, dates and icons as this house writes them.

Templates say what a thing is; how it is written in Chinese or English is decided here.
"""

import datetime as dt
from typing import Any

import phonenumbers
from django import template
from django.conf import settings
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from firsthand.kit.money import BASIS_POINTS, yuan

HOME_COUNTRY_CODE = 86

register = template.Library()
register.filter("yuan", yuan)


@register.filter
def whole_yuan(amount_fen: int) -> str:
    """An amount for a sentence: 78, 9.90, 1,999; without fen where there are none."""
    return yuan(amount_fen).removesuffix(".00")


_WEEKDAYS = {
    "zh": ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _tongue() -> str:
    return (get_language() or "zh")[:2]


def _local_date(value: dt.date) -> dt.date:
    return timezone.localtime(value).date() if isinstance(value, dt.datetime) else value


@register.filter
def day(value: dt.date | None) -> str:
    """A date as people say it: 12月1日, 1 Dec; the year only when it is another one."""
    if value is None:
        return ""
    date = _local_date(value)
    other_year = date.year != timezone.localdate().year
    if _tongue() == "zh":
        return (
            f"{date.year}年{date.month}月{date.day}日"
            if other_year
            else f"{date.month}月{date.day}日"
        )
    said = f"{date.day} {_MONTHS[date.month - 1]}"
    return f"{said} {date.year}" if other_year else said


@register.filter
def weekday(value: dt.date | None) -> str:
    """Which day of the week a date is: 周二, Tue."""
    if value is None:
        return ""
    return _WEEKDAYS[_tongue() if _tongue() in _WEEKDAYS else "en"][_local_date(value).weekday()]


@register.filter
def hour(value: dt.datetime | None) -> str:
    """The time of day at the maker's place: 20:00."""
    return "" if value is None else timezone.localtime(value).strftime("%H:%M")


@register.filter
def moment(value: dt.datetime | None) -> str:
    """A date and a time of day: 12月1日 20:00, 1 Dec 20:00."""
    return "" if value is None else f"{day(value)} {hour(value)}"


@register.filter
def deadline(value: dt.datetime | None) -> str:
    """Until when, as people say it: midnight is the end of a day, 3 Dec 24:00."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    if (local.hour, local.minute) != (0, 0):
        return moment(value)
    return f"{day(local.date() - dt.timedelta(days=1))} 24:00"


@register.filter
def iso(value: dt.date | None) -> str:
    """A date or an instant as machines write it, for ``<time datetime>``."""
    return "" if value is None else value.isoformat()


@register.filter
def span(minutes: int) -> str:
    """How long something takes, in whole minutes: 30 分钟, 2 hours, 90 minutes, 3 days."""
    for size, zh, en in ((24 * 60, "天", "day"), (60, "小时", "hour"), (1, "分钟", "minute")):
        if minutes % size == 0:
            number = minutes // size
            if _tongue() == "zh":
                return f"{number} {zh}"
            return f"{number} {en}{'' if number == 1 else 's'}"
    return ""


@register.filter
def share(part: int, whole: int) -> str:
    """What part of a whole, in percent with at most one place: 34.5; a sliver is not nothing."""
    if 0 < 1000 * part < 0.5 * whole:
        return "<0.1"
    return f"{100 * part / whole:.1f}".removesuffix(".0") if whole else "0"


@register.filter
def many(number: int) -> str:
    """A large count as people say it: 1.2万, 12k; small ones as they are."""
    if _tongue() == "zh":
        return (
            f"{number / 10_000:.1f}".removesuffix(".0") + "万" if number >= 10_000 else str(number)
        )
    if number >= 1_000_000:
        return f"{number / 1_000_000:.1f}".removesuffix(".0") + "M"
    return f"{number / 1000:.1f}".removesuffix(".0") + "k" if number >= 10_000 else f"{number:,}"


@register.filter
def phone(number: str) -> str:
    """A phone number as people read it: 138 0013 8000 at home, with its country abroad."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    is_home = parsed.country_code == HOME_COUNTRY_CODE
    manner = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, manner.NATIONAL if is_home else manner.INTERNATIONAL)


@register.filter
def picture(name: str) -> str:
    """The address of a picture file of the house: ``{{ show.poster|picture }}``."""
    return f"{settings.MEDIA_URL}{name}" if name else ""


@register.filter
def title_of(person: Any) -> str:
    """What somebody is at the maker's (founder, chief engineer), in the reader's language."""
    return str(person.title_en if _tongue() == "en" else person.title_zh)


@register.simple_tag
def money(amount_fen: int, manner: str = "") -> SafeString:
    """An amount with its sign, whole yuan without ``.00``; MANNER adds ``money-…`` classes."""
    whole, _, cents = yuan(abs(amount_fen)).partition(".")
    classes = " ".join(["money", *(f"money-{word}" for word in manner.split())])
    sign = "−" if amount_fen < 0 else ""
    tail = (
        SafeString("")
        if cents == "00"
        else format_html('<span class="money-cents">.{}</span>', cents)
    )
    return format_html(
        '<span class="{}">{}<span class="money-sign">¥</span>{}{}</span>',
        classes,
        sign,
        whole,
        tail,
    )


@register.simple_tag
def pledge() -> str:
    """The roof over our margin, in percent of the cost: 5."""
    return f"{100 * settings.MARGIN_PLEDGE_BP / BASIS_POINTS:g}"


@register.simple_tag
def icon(name: str, manner: str = "") -> SafeString:
    """A drawing from ``look/icons.svg``; it says nothing by itself, so machines skip it."""
    classes = f"icon icon-{manner}" if manner else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        classes,
        static("look/icons.svg"),
        name,
    )


@register.simple_tag
def query(words: QueryDict, **changes: Any) -> str:
    """The query of this page with some words changed; an empty one is left out.

    ``{% query request.GET page=2 sort="" %}`` keeps every other choice of the visitor.
    """
    changed = words.copy()
    for name, value in changes.items():
        if value in ("", None):
            changed.pop(name, None)
        else:
            changed[name] = str(value)
    return f"?{changed.urlencode()}" if changed else "?"


@register.inclusion_tag("look/times.html")
def times(offer: Any) -> dict[str, dt.datetime | None]:
    """When the sale of an offer, or of its card, begins and ends; what is over is not said."""
    now = timezone.now()
    return {
        name: at if (at := getattr(offer, name)) is not None and at > now else None
        for name in ("opens_at", "closes_at")
    }
