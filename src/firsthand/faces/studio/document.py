"""A report as its page needs it: figures by group with their definitions, words in one language."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from firsthand.insight.dictionary import METRICS, Group, Metric, Money, Unit
from firsthand.insight.models import Report
from firsthand.insight.text import group_name, money_word, of_language, step_name, written

LEADS = ("net_gmv", "gmv", "orders_paid", "viewers", "cvr", "promise_lead")  # at the head


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure as it is written, with its definition, and its gross twin where it is net."""

    metric: Metric
    value: str
    money: str
    gross: str = ""

    @property
    def is_none(self) -> bool:
        """Whether there is no such figure."""
        return self.value == "—"


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """The figures of one part of the report."""

    code: str
    name: str
    lines: tuple[FigureLine, ...]


def of(report: Report) -> dict[str, Any]:
    """Everything the page writes."""
    body = report.body
    values = {code: figure.get("value") for code, figure in body["figures"].items()}
    by_code = {metric.code: metric for metric in METRICS}
    segments = {one["id"]: one for one in body["segments"]}
    return {
        "title": of_language(body["show"], "title"),
        "leads": [_line(by_code[code], values) for code in LEADS],
        "groups": [_group(group, values) for group in Group],
        "funnel": [
            {
                **step,
                "name": step_name(step["step"]),
                "percent": round(100 * (step["of_first"] or 0), 1),
                "previous": written(step["of_previous"], Unit.SHARE),
            }
            for step in body["funnel"]
        ],
        "products": [_product(product) for product in body["products"]],
        "skus": [
            {
                **sku,
                "name": of_language(sku, "product"),
                "sku_name": of_language(sku, "sku"),
            }
            for sku in body.get("skus", ())  # reports made before there were bundles have none
        ],
        "days": [{**day, "ship_by": date.fromisoformat(day["ship_by"])} for day in body["days"]],
        "ripening": [{**row, "at": datetime.fromisoformat(row["at"])} for row in body["ripening"]],
        "segments": [
            {
                "number": number,
                "name": of_language(one, "name"),
                "began_at": datetime.fromisoformat(one["began_at"]),
            }
            for number, one in enumerate(body["segments"], start=1)
        ],
        "questions": [
            {
                **one,
                "name": of_language(one, "name"),
                "during": of_language(segments[one["segment_id"]], "name")
                if one["segment_id"] in segments
                else "",
            }
            for one in body["questions"]
        ],
        "minutes": [
            {**row, "number": number, "at": datetime.fromisoformat(row["at"])}
            for number, row in enumerate(body["minutes"])
        ],
        "is_proven": values.get("oversold") == 0
        and not body["ledger"]["unbalanced"]
        and not body["ledger"]["below"],
    }


def _group(group: Group, values: dict[str, Any]) -> FigureGroup:
    """A group; a gross figure stands beside its net twin and not on a line of its own."""
    twins = {f"net_{metric.code}" for metric in METRICS}
    net = {metric.code for metric in METRICS if metric.money is Money.NET and metric.code in twins}
    lines = [
        _line(metric, values)
        for metric in METRICS
        if metric.group is group and f"net_{metric.code}" not in net
    ]
    return FigureGroup(group.value, group_name(group), tuple(lines))


def _line(metric: Metric, values: dict[str, Any]) -> FigureLine:
    gross = ""
    if metric.money is Money.NET:
        gross = written(values.get(metric.code.removeprefix("net_")), metric.unit)
    return FigureLine(
        metric, written(values.get(metric.code), metric.unit), money_word(metric), gross
    )


def _product(product: dict[str, Any]) -> dict[str, Any]:
    gross = product["gross_fen"]
    return {
        **product,
        "name": of_language(product, "product"),
        "sku_name": of_language(product, "sku"),
        "left": product["released"] - product["taken"],
        "ctr": written(product["ctr"], Unit.SHARE),
        "ctor": written(product["ctor"], Unit.SHARE),
        "net_percent": round(100 * product["net_fen"] / gross, 1) if gross else 0,
        "first_day": date.fromisoformat(product["first_day"]) if product["first_day"] else None,
        "last_day": date.fromisoformat(product["last_day"]) if product["last_day"] else None,
    }
