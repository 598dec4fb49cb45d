"""What the reports read, as typed functions over ``queries.sql``.

A show's facts are those of its time on air: between SINCE (it went on air) and TILL (it ended,
or now). Orders count from before it, since an offer may open early; who buys from the replay is
told apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings

from firsthand.insight.questions import LINES_MAX, Line
from firsthand.insight.rules import FUNNEL_STEPS, MILESTONE_DAYS
from firsthand.kit.sql import Queries

DUE_MAX = 20  # reports made in one go

_SQL = Queries(__package__)


@dataclass(frozen=True, slots=True)
class Air:
    """A show's time on air."""

    show: int
    since: datetime
    till: datetime

    @property
    def words(self) -> dict[str, Any]:
        """As the queries name it."""
        return {"show": self.show, "since": self.since, "till": self.till}

    @property
    def seconds(self) -> int:
        """How long it is, in whole seconds."""
        return max(0, round((self.till - self.since).total_seconds()))


class Audience(NamedTuple):
    """Who watched, how long, and how smoothly."""

    views: int
    viewers: int
    peak_viewers: int
    watched_ms: int
    stalled_ms: int
    interacting: int
    watching_viewers: int
    smooth_viewers: int
    latency_p50_ms: int | None


def audience(air: Air) -> Audience:
    """The audience of a show."""
    return Audience(*_one("audience_of_show", **air.words))


def chat(air: Air) -> tuple[int, int]:
    """Lines that viewers said, and those of them that ask something."""
    lines, questions = _one("chat_of_show", **air.words)
    return lines, questions


class Cards(NamedTuple):
    """What became of the cards that were shown."""

    seen: int
    clicks: int
    clickers: int
    error_p95_ms: int | None


def cards(air: Air) -> Cards:
    """Cards seen and clicked on a show."""
    return Cards(*_one("cards_of_show", **air.words))


def deepest(air: Air) -> dict[str, int]:
    """How many people have each step of the funnel as their deepest."""
    rows = _SQL.rows("deepest_of_show", **air.words)
    return {FUNNEL_STEPS[depth - 1]: people for depth, people in rows}


class Orders(NamedTuple):
    """What was ordered, paid, given back and shipped."""

    held: int
    paid: int
    expired: int
    cancelled: int
    shipped: int
    pieces_held: int
    pieces_paid: int
    pieces_shipped: int
    pieces_returned: int
    buyers: int
    gross_fen: int
    given_back_fen: int
    lead_piece_days: int
    promises_kept: int
    promises_due: int
    promise_error_days: int


def orders(air: Air, now: datetime) -> Orders:
    """The orders of a show, as they stand NOW."""
    return Orders(
        *_one("orders_of_show", show=air.show, till=air.till, now=now, zone=settings.TIME_ZONE)
    )


class Deposits(NamedTuple):
    """What became of the pre-sales of a show."""

    deposits_paid: int
    deposits_fen: int
    balances_paid: int
    deposits_kept_fen: int


def deposits(air: Air) -> Deposits:
    """The deposits of a show's pre-sales, as they stand now."""
    return Deposits(*_one("deposits_of_show", show=air.show, till=air.till))


def pieces_unmet(air: Air) -> int:
    """Pieces that people stood in line for, and did not get."""
    [pieces] = _one("unmet_of_show", show=air.show, till=air.till)
    return int(pieces)


def repeat_buyers(air: Air) -> int:
    """Buyers of a show who have paid two orders or more."""
    [buyers] = _one("repeat_buyers_of_show", show=air.show, till=air.till)
    return int(buyers)


class Ripe(NamedTuple):
    """The money of a show as it stood at an instant."""

    at: datetime
    gross_fen: int
    back_fen: int


def ripening(air: Air, instants: Sequence[datetime]) -> list[Ripe]:
    """The money of a show at several instants."""
    rows = _SQL.rows("ripening_of_show", show=air.show, till=air.till, instants=list(instants))
    return [Ripe(*row) for row in rows]


class OfferFacts(NamedTuple):
    """What became of one offer of a show."""

    offer_id: int
    sku_id: int
    sku_code: str
    product_zh: str
    product_en: str
    sku_zh: str
    sku_en: str
    released: int
    taken: int
    accepted: int
    seen: int
    clicks: int
    clickers: int
    held: int
    paid: int
    buyers: int
    pieces: int
    gross_fen: int
    back_fen: int
    first_day: date | None
    last_day: date | None
    lowest_fen: int | None
    highest_fen: int | None


def offers(air: Air) -> list[OfferFacts]:
    """The offers of a show, the one that sold for most first."""
    return [OfferFacts(*row) for row in _SQL.rows("offers_of_show", **air.words)]


def groups(air: Air) -> dict[str, int]:
    """The group-buys of a show: how many groups were opened and formed, and whom they brought."""
    [(opened, formed, brought)] = _SQL.rows("groups_of_show", show=air.show, till=air.till)
    return {"groups_opened": opened, "groups_formed": formed, "people_brought": brought}


class SkuFacts(NamedTuple):
    """What a show sold of a SKU, alone and in bundles, and what was left of it for us."""

    sku_id: int
    sku_code: str
    product_zh: str
    product_en: str
    sku_zh: str
    sku_en: str
    pieces: int
    amount_fen: int
    off_fen: int
    cost_fen: int
    margin_fen: int


def skus(air: Air) -> list[SkuFacts]:
    """The SKUs that a show sold, the one that sold for most first."""
    rows = _SQL.rows("skus_of_show", show=air.show, till=air.till)
    return [SkuFacts(*row) for row in rows]


class Ledger(NamedTuple):
    """Whether the books behind a show's offers are right."""

    skus: int
    unbalanced: int
    below: int


def ledger(air: Air) -> Ledger:
    """The ledger of a show's SKUs: how many do not add up, how many accounts fell below nought."""
    return Ledger(*_one("ledger_of_show", show=air.show))


class Minute(NamedTuple):
    """What happened in one minute."""

    viewers: int = 0
    watched_ms: int = 0
    seen: int = 0
    clicks: int = 0
    held: int = 0
    paid: int = 0
    gross_fen: int = 0
    chat: int = 0


def by_minute(air: Air) -> dict[datetime, Minute]:
    """The minutes of a show in which anything happened; four queries."""
    found: dict[datetime, Minute] = {}
    for query, names in (
        ("watched_by_minute", ("viewers", "watched_ms")),
        ("clicked_by_minute", ("seen", "clicks")),
        ("ordered_by_minute", ("held", "paid", "gross_fen")),
        ("said_by_minute", ("chat",)),
    ):
        for at, *counts in _SQL.rows(query, **air.words):
            words = dict(zip(names, counts, strict=True))
            found[at] = found.get(at, Minute())._replace(**words)
    return found


class DayGiven(NamedTuple):
    """How many orders were promised one day."""

    ship_by: date
    source: str
    orders: int
    pieces: int
    paid: int


def days_given(air: Air) -> list[DayGiven]:
    """The ship-by days that were promised, each with what stands behind it."""
    rows = _SQL.rows("days_given", show=air.show, till=air.till)
    return [DayGiven(*row) for row in rows]


def questions(air: Air) -> list[Line]:
    """What viewers asked, in their words."""
    rows = _SQL.rows("questions_of_show", **air.words, at_most=LINES_MAX)
    return [Line(*row) for row in rows]


def prices_on_air(air: Air) -> int:
    """How many versions of prices were published while on air."""
    [versions] = _one("prices_on_air", **air.words)
    return int(versions)


class After(NamedTuple):
    """What was bought from the replay."""

    orders: int
    paid: int
    gross_fen: int


def after(air: Air) -> After:
    """Orders on a show's offers that were placed after it ended."""
    return After(*_one("orders_after_show", show=air.show, till=air.till))


def due(now: datetime) -> list[int]:
    """Shows whose report is due: they ended, or a day came on which figures have ripened."""
    rows = _SQL.rows("reports_due", now=now, days=list(MILESTONE_DAYS), at_most=DUE_MAX)
    return [show for (show,) in rows]


def _one(query: str, **words: Any) -> tuple[Any, ...]:
    row = _SQL.row(query, **words)
    assert row is not None, "a count always has a row"
    return row
