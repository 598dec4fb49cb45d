"""Make the report of a show. It can be made again at any time, and grows truer with time.

Right after the end it says what was promised and paid; what is refunded, expired, shipped or late
is known later. So a report is never corrected: a new one is made, on the day the figures are
looked at, and the old ones stay. Everything in it is reckoned from the rows of record (orders,
payments, ledger, viewings); it keeps no counts of its own that could drift.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from firsthand.insight import dictionary, questions, rules, store
from firsthand.insight.dictionary import Unit
from firsthand.insight.models import Report
from firsthand.insight.rules import Facts, Sold
from firsthand.insight.store import Air
from firsthand.kit.clock import now as this_instant
from firsthand.kit.errors import NotFound, Refusal
from firsthand.show.models import Show

Body = dict[str, Any]


def make_report(show_id: int, now: datetime | None = None) -> Report:
    """Reckon a show's report and keep it. Refuses a show that was never on air."""
    now = now or this_instant()
    return Report.objects.create(
        show_id=show_id,
        dictionary_version=dictionary.VERSION,
        made_at=now,
        body=reckon(show_id, now),
    )


def latest_report(show_id: int) -> Report | None:
    """The newest report of a show; None before the first."""
    return Report.objects.filter(show_id=show_id).order_by("-made_at", "-id").first()


def reckon(show_id: int, now: datetime) -> Body:
    """The body of a report, from the rows of record as they are; nothing is written."""
    show = Show.objects.filter(pk=show_id).first()
    if show is None:
        raise NotFound("no_such_show", _("There is no such show."))
    if show.on_air_at is None:
        raise Refusal(
            "not_begun", _("This show has not been on air yet: there is nothing to report.")
        )
    air = Air(show_id, show.on_air_at, show.ended_at or now)
    offers, skus = store.offers(air), store.skus(air)
    return {
        "show": _heading(show, air),
        "figures": figures(facts_of(show, air, offers, skus, now)),
        "funnel": [step._asdict() for step in rules.funnel(store.deepest(air))],
        "products": [_product(offer) for offer in offers],
        "skus": [sku._asdict() for sku in skus],
        "minutes": _minutes(air),
        "segments": _segments(show),
        "days": [
            {**day._asdict(), "ship_by": day.ship_by.isoformat()} for day in store.days_given(air)
        ],
        "ripening": _ripening(show, air, now),
        "questions": [asdict(asked) for asked in questions.gathered(store.questions(air))],
        "ledger": store.ledger(air)._asdict(),
        "after": store.after(air)._asdict(),
    }


def facts_of(
    show: Show,
    air: Air,
    offers: list[store.OfferFacts],
    skus: list[store.SkuFacts],
    now: datetime,
) -> Facts:
    """Everything that was counted of a show."""
    audience, cards, orders = store.audience(air), store.cards(air), store.orders(air, now)
    chat_lines, asked = store.chat(air)
    return Facts(
        air_seconds=air.seconds,
        **audience._asdict(),
        chat_lines=chat_lines,
        questions=asked,
        likes=show.likes,
        cards_seen=cards.seen,
        clicks=cards.clicks,
        clickers=cards.clickers,
        card_error_p95_ms=cards.error_p95_ms,
        orders_held=orders.held,
        orders_paid=orders.paid,
        orders_expired=orders.expired,
        orders_cancelled=orders.cancelled,
        orders_shipped=orders.shipped,
        pieces_held=orders.pieces_held,
        pieces_paid=orders.pieces_paid,
        pieces_shipped=orders.pieces_shipped,
        pieces_returned=orders.pieces_returned,
        buyers=orders.buyers,
        repeat_buyers=store.repeat_buyers(air),
        pieces_unmet=store.pieces_unmet(air),
        **store.deposits(air)._asdict(),
        gross_fen=orders.gross_fen,
        given_back_fen=orders.given_back_fen,
        lead_piece_days=orders.lead_piece_days,
        promises_kept=orders.promises_kept,
        promises_due=orders.promises_due,
        promise_error_days=orders.promise_error_days,
        oversold=rules.oversold(Sold(offer.released, offer.accepted) for offer in offers),
        price_changes=store.prices_on_air(air),
        **store.groups(air),
        off_fen=sum(sku.off_fen for sku in skus),
        kept_cost_fen=sum(sku.cost_fen for sku in skus),
        margin_fen=sum(sku.margin_fen for sku in skus),
    )


def figures(facts: Facts) -> dict[str, dict[str, int | float | None]]:
    """Every figure of the dictionary, with what was divided by what; none stays none."""
    found: dict[str, dict[str, int | float | None]] = {}
    for metric in dictionary.METRICS:
        top = getattr(facts, metric.numerator, None)
        below = getattr(facts, metric.denominator, None) if metric.denominator else None
        value: int | float | None
        if metric.unmeasured:
            value = None
        elif not metric.denominator:
            value = top
        elif metric.unit is Unit.FEN:
            value = rules.fen_each(top or 0, below)
        else:
            value = rules.ratio(top, below)
        found[metric.code] = {
            "value": value,
            "numerator": _plain(top),
            "denominator": _plain(below),
        }
    return found


def _plain(count: rules.Quantity) -> int | float | None:
    """A count as JSON holds it."""
    return count if count is None or isinstance(count, int) else round(float(count), 9)


def _heading(show: Show, air: Air) -> Body:
    return {
        "id": show.pk,
        "slug": show.slug,
        "title_zh": show.title_zh,
        "title_en": show.title_en,
        "state": show.state,
        "on_air_at": air.since.isoformat(),
        "till": air.till.isoformat(),
        "air_seconds": air.seconds,
    }


def _product(offer: store.OfferFacts) -> Body:
    return {
        **offer._asdict(),
        "first_day": offer.first_day.isoformat() if offer.first_day else None,
        "last_day": offer.last_day.isoformat() if offer.last_day else None,
        "net_fen": offer.gross_fen - offer.back_fen,
        "ctr": rules.ratio(offer.clicks, offer.seen),
        "ctor": rules.ratio(offer.buyers, offer.clickers),
    }


def _minutes(air: Air) -> list[Body]:
    found, nothing = store.by_minute(air), store.Minute()
    return [
        {"at": minute.isoformat(), **found.get(minute, nothing)._asdict()}
        for minute in rules.minutes_between(air.since, air.till)
    ]


def _segments(show: Show) -> list[Body]:
    began = show.segments.filter(began_at__isnull=False).order_by("began_at", "position")
    return [
        {
            "id": segment.pk,
            "name_zh": segment.name_zh,
            "name_en": segment.name_en,
            "began_at": segment.began_at.isoformat() if segment.began_at else None,
            "ended_at": segment.ended_at.isoformat() if segment.ended_at else None,
        }
        for segment in began
    ]


def _ripening(show: Show, air: Air, now: datetime) -> list[Body]:
    if show.ended_at is None:
        return []
    marks = rules.milestones(show.ended_at, now)
    ripe = {one.at: one for one in store.ripening(air, [now, *(mark.at for mark in marks)])}
    rows: list[Body] = []
    for mark in marks:
        one = ripe[mark.at]
        rows.append(
            {
                "days": mark.days,
                "at": mark.at.isoformat(),
                "gross_fen": one.gross_fen if mark.is_reached else None,
                "net_fen": one.gross_fen - one.back_fen if mark.is_reached else None,
            }
        )
    return rows
