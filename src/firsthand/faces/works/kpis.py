"""The figures at the top of the board, with their definitions, beside those of plain rules."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Figures = Mapping[str, Any]


class Against(NamedTuple):
    """What a plain rule would have come to with the same problem."""

    rule: str
    value: str
    difference: str  # with its sign; empty: the same
    is_better: bool  # ours


class Kpi(NamedTuple):
    """A figure of a plan."""

    code: str
    name: Promise
    value: str
    unit: Promise | str
    note: str  # what stands beside it in small letters
    definition: Promise
    against: list[Against]


class _Measure(NamedTuple):
    code: str
    name: Promise
    unit: Promise | str
    definition: Promise
    more_is_better: bool
    read: Callable[[Figures], float]
    note: Callable[[Figures], str]


def _busiest(figures: Figures) -> tuple[str, float]:
    use = figures.get("utilisation_percent") or {"–": 0.0}
    code = max(use, key=lambda one: (use[one], one))
    return code, use[code]


_MEASURES = (
    _Measure(
        "otif",
        _("On time in full"),
        "%",
        _("Lots that are done, whole, by their due time, as a share of all lots in the plan."),
        True,
        lambda figures: float(figures.get("on_time_percent", 0)),
        lambda figures: f"{figures.get('lots', 0) - figures.get('late_lots', 0):,}"
        f" / {figures.get('lots', 0):,}",
    ),
    _Measure(
        "flow",
        _("Mean flow time"),
        _("h"),
        _("Mean of completion less release: how long a lot is in the factory, nights included."),
        False,
        lambda figures: float(figures.get("mean_flow_hours", 0)),
        lambda figures: "",
    ),
    _Measure(
        "lateness",
        _("Lateness"),
        _("h"),
        _(
            "Sum of the hours by which lots are done after their due time; early lots do not make"
            " up for it."
        ),
        False,
        lambda figures: float(figures.get("tardiness_hours", 0)),
        lambda figures: "",
    ),
    _Measure(
        "changeover",
        _("Changeovers"),
        _("h"),
        _("Hours in which machines are set up and make nothing."),
        False,
        lambda figures: float(figures.get("changeover_hours", 0)),
        lambda figures: f"{figures.get('changeovers', 0):,} ×",
    ),
    _Measure(
        "utilisation",
        _("Busiest work centre"),
        "%",
        _(
            "Hours set up or running, by hours open, until the last operation ends; of the work"
            " centre where that is most."
        ),
        True,
        lambda figures: _busiest(figures)[1],
        lambda figures: _busiest(figures)[0],
    ),
)  # fmt: skip


def kpis(figures: Figures, names: Mapping[str, str]) -> list[Kpi]:
    """The figures of a plan, each beside what plain rules would have come to.

    NAMES are those of the work centres, by code.
    """
    rules: Mapping[str, Figures] = figures.get("rules") or {}
    found = []
    for measure in _MEASURES:
        ours = measure.read(figures)
        against = []
        for rule, theirs in rules.items():
            value = measure.read(theirs)
            gain = ours - value if measure.more_is_better else value - ours
            against.append(
                Against(
                    rule.upper(),
                    written(value),
                    difference(ours, value, in_points=measure.unit == "%"),
                    gain > 0,
                )
            )
        found.append(
            Kpi(
                measure.code,
                measure.name,
                written(ours),
                measure.unit,
                names.get(measure.note(figures), measure.note(figures)),
                measure.definition,
                against,
            )
        )
    return found


def written(value: float) -> str:
    """A figure as it is written: whole from a hundred on, and else with one place.

    >>> written(12345.6), written(41.27)
    ('12,346', '41.3')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}".removesuffix(".0")


def difference(ours: float, theirs: float, *, in_points: bool) -> str:
    """What ours is beyond theirs: in points of a percentage, or as a share of theirs.

    >>> difference(60, 80, in_points=False), difference(93.5, 32.1, in_points=True)
    ('−25 %', '+61.4')
    >>> difference(5, 0, in_points=False)
    '+5'
    """
    if in_points or not theirs:
        change, unit = ours - theirs, ""
    else:
        change, unit = 100 * (ours - theirs) / theirs, " %"
    if abs(change) < 0.05:
        return ""
    said = written(abs(change) if in_points or not theirs else round(abs(change)))
    return f"{'+' if change > 0 else '−'}{said}{unit}"
