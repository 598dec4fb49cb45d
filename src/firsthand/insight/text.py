"""A report as plain text, for a terminal, a mail, a ticket; and how a figure is written.

The page of the report writes its figures by the same function, so that text and page never
round differently.
"""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from firsthand.catalogue.models import in_english
from firsthand.insight.dictionary import METRICS, Group, Metric, Money, Unit
from firsthand.insight.models import Report
from firsthand.kit.money import yuan

NONE = "—"  # a figure that there is not; never 0
WIDTH = 78
_BAR = 30


def written(value: float | None, unit: Unit) -> str:
    """A figure as people read it; what there is not is a dash.

    >>> written(1234567, Unit.FEN)
    '¥12,345.67'
    >>> written(0.12345, Unit.SHARE)
    '12.3%'
    >>> written(None, Unit.SHARE)
    '—'
    """
    if value is None:
        return NONE
    match unit:
        case Unit.FEN:
            return f"¥{yuan(int(value))}"
        case Unit.SHARE:
            return f"{100 * value:.1f}%" if value < 0.9995 or value > 1 else "100%"
        case Unit.SECONDS:
            return f"{int(value) // 60}:{int(value) % 60:02d}"
        case Unit.MS:
            return f"{value:,.0f} ms"
        case Unit.DAYS | Unit.RATE:
            return f"{value:,.1f}"
        case Unit.COUNT:
            return f"{value:,.0f}"


def step_name(step: str) -> str:
    """What a step of the funnel is called."""
    return {
        "viewed": _("Viewed"),
        "card_seen": _("Saw a card"),
        "card_clicked": _("Clicked a card"),
        "held": _("Placed an order"),
        "paid": _("Paid"),
    }[step]


def group_name(group: Group) -> str:
    """What a part of the report is called."""
    return {
        Group.AUDIENCE: _("Audience"),
        Group.GOODS: _("From view to order"),
        Group.MONEY: _("Money, net and gross"),
        Group.AFTER: _("What came back"),
        Group.MAKER: _("What we promised"),
        Group.PICTURE: _("Picture and sound"),
    }[group]


def money_word(metric: Metric) -> str:
    """Whether a figure is net or gross, in a word; empty if it is not about money."""
    words = {Money.NET: _("net"), Money.GROSS: _("gross"), Money.KEPT: _("net"), Money.NONE: ""}
    return words[metric.money]


def report_as_text(report: Report) -> str:
    """A report in the active language, for a screen 80 letters wide."""
    body = report.body
    return "\n".join(
        [
            *_heading(report),
            *_figures(body["figures"]),
            *_funnel(body["funnel"]),
            *_products(body["products"]),
            *_days(body["days"]),
            *_questions(body["questions"]),
            *_ledger(body),
        ]
    )


def of_language(words: dict[str, Any], name: str) -> str:
    """The reader's half of a pair like name_zh, name_en."""
    return str(words[f"{name}_en" if in_english() else f"{name}_zh"])


def _heading(report: Report) -> list[str]:
    show = report.body["show"]
    began, till = (datetime.fromisoformat(show[key]) for key in ("on_air_at", "till"))
    return [
        of_language(show, "title"),
        "=" * min(WIDTH, 2 * len(of_language(show, "title"))),
        _("On air {began} to {till}; reckoned {made} by dictionary {version}.").format(
            began=_when(began),
            till=_when(till),
            made=_when(report.made_at),
            version=report.dictionary_version,
        ),
    ]


def _when(instant: datetime) -> str:
    return timezone.localtime(instant).strftime("%Y-%m-%d %H:%M")


def _figures(figures: dict[str, dict[str, Any]]) -> list[str]:
    lines: list[str] = []
    for group in Group:
        lines += ["", group_name(group)]
        for metric in METRICS:
            if metric.group is group:
                value = figures.get(metric.code, {}).get("value")
                lines.append(f"  {written(value, metric.unit):>16}  {metric.name}")
    return lines


def _funnel(steps: list[dict[str, Any]]) -> list[str]:
    lines = ["", _("Funnel, people")]
    for step in steps:
        bar = "#" * round(_BAR * (step["of_first"] or 0))
        lines.append(f"  {step['people']:>16,}  {step_name(step['step'])}  {bar}")
    return lines


def _products(products: list[dict[str, Any]]) -> list[str]:
    lines = ["", _("Products: net, gross, pieces paid")]
    for product in products:
        name = f"{of_language(product, 'product')} {of_language(product, 'sku')}".strip()
        net, gross = yuan(product["net_fen"]), yuan(product["gross_fen"])
        lines.append(f"  {'¥' + net:>16}  {'¥' + gross:>16}  {product['pieces']:>6}  {name}")
    return lines


def _days(days: list[dict[str, Any]]) -> list[str]:
    lines = ["", _("Ship-by days that were promised: pieces")]
    return lines + [f"  {day['pieces']:>16,}  {day['ship_by']}" for day in days]


def _questions(asked: list[dict[str, Any]]) -> list[str]:
    lines = ["", _("What people asked")]
    for one in asked:
        lines.append(f"  {one['times']:>16,}  {of_language(one, 'name')}")
        lines += [f"{'':20}{word['text']} ×{word['times']}" for word in one["wordings"]]
    return lines


def _ledger(body: dict[str, Any]) -> list[str]:
    ledger, oversold = body["ledger"], body["figures"].get("oversold", {}).get("value")
    if oversold == 0 and not ledger["unbalanced"] and not ledger["below"]:
        sentence = _("Nothing was oversold: {skus} SKUs, every ledger adds up to nought.")
    else:
        sentence = _(
            "The ledger is WRONG: {oversold} pieces oversold, {unbalanced} SKUs do not add up, "
            "{below} accounts below nought."
        )
    return ["", sentence.format(oversold=oversold, **ledger)]
