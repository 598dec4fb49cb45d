"""The report of a small show says what was reckoned by hand."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from django.utils import translation

from firsthand.insight import store
from firsthand.insight.actions.report import latest_report, make_report, reckon
from firsthand.insight.models import Report
from firsthand.insight.tasks import LOOK_OUT, report_show, reports_due
from firsthand.insight.text import report_as_text
from firsthand.kit import clock
from firsthand.kit.errors import NotFound, Refusal
from firsthand.order.actions import cancel, expiry, waiting
from firsthand.order.actions.settle import settle
from firsthand.order.models import GroupSeat
from firsthand.pay.models import Payment, Refund
from firsthand.price.models import PARTS, PriceVersion
from firsthand.show.models import Show
from tests import presales, shop
from tests.insight.known_show import BEGAN, DAY, ENDED, a_show, the_known_show

pytestmark = pytest.mark.django_db

NOW = ENDED + 16 * DAY


def value(report: Report, code: str) -> float | None:
    return report.body["figures"][code]["value"]  # type: ignore[no-any-return]


BY_HAND = {
    "entry_rate": None,
    "views": 11,
    "viewers": 9,
    "pcu": 10,
    "acu": 1.666667,
    "watch_time": 666.666667,
    "interaction_rate": 0.444444,
    "chat_lines": 4,
    "likes": 77,
    "questions": 3,
    "ctr": 0.625,
    "ctor": 1.333333,  # one bought without a click that we know of
    "cvr": 0.444444,
    "orders_held": 5,
    "groups_opened": 0,
    "groups_formed": None,
    "people_brought": 0,
    "deposits_paid": 0,
    "balances_paid": None,
    "orders_paid": 4,
    "buyers": 4,
    "pieces_paid": 7,
    "opm": 0.066667,
    "gmv": 79_700,
    "net_gmv": 59_700,
    "gpm": 7_245_454,
    "net_gpm": 5_427_272,
    "uv_value": 8_855,
    "net_uv_value": 6_633,
    "per_buyer": 19_925,
    "net_per_buyer": 14_925,
    "aov": 19_925,
    "net_aov": 14_925,
    "gmv_per_hour": 79_700,
    "net_gmv_per_hour": 59_700,
    "discounts": 0,
    "deposits": 0,
    "deposits_kept": 0,
    "margin": 0,  # what these cost is their price
    "margin_on_cost": 0.0,
    "expiry_rate": 0.2,
    "cancel_rate": 0.25,
    "return_rate": 0.75,
    "refund_share": 0.250941,
    "repurchase_rate": 0.5,
    "promise_lead": 3.5,
    "promise_kept": 0.333333,
    "unmet_demand": 0,
    "promise_error": 1.0,
    "oversold": 0,
    "price_changes": 0,
    "first_frame": None,
    "stall_ratio": 0.000999,
    "stall_free": 0.888889,
    "latency": 2000,
    "card_error": 80,
}


def test_every_figure_is_the_one_reckoned_by_hand() -> None:
    report = make_report(the_known_show().show.pk, NOW)
    found = {code: figure["value"] for code, figure in report.body["figures"].items()}
    assert found == BY_HAND


def test_the_funnel_counts_a_buyer_who_never_clicked_as_one_who_came_so_far() -> None:
    report = make_report(the_known_show().show.pk, NOW)
    assert [step["people"] for step in report.body["funnel"]] == [10, 7, 5, 5, 4]


def test_the_money_ripens_as_refunds_come_in() -> None:
    report = make_report(the_known_show().show.pk, NOW)
    assert [(row["days"], row["gross_fen"], row["net_fen"]) for row in report.body["ripening"]] == [
        (0, 79_700, 79_700),
        (7, 79_700, 74_700),
        (15, 79_700, 59_700),
        (30, None, None),
    ]


def test_a_part_that_goes_back_is_taken_off_from_the_day_it_was_asked() -> None:
    known = the_known_show()
    order = known.lamp.orders.get(state="making")
    payment = Payment.objects.create(
        purpose=f"order:{order.number}", provider="sandbox", amount_fen=39_800, state="paid"
    )
    for days, amount_fen in ((2, 9_000), (9, 800)):
        Refund.objects.create(
            payment=payment, amount_fen=amount_fen, reason="goodwill", asked_at=ENDED + days * DAY
        )
    report = make_report(known.show.pk, NOW)
    assert (value(report, "net_gmv"), value(report, "gmv")) == (49_900, 79_700)
    assert [row["net_fen"] for row in report.body["ripening"]] == [79_700, 65_700, 49_900, None]
    lamp = report.body["products"][0]
    assert lamp["gross_fen"] - lamp["net_fen"] == 9_800


def test_more_going_back_than_was_paid_never_makes_the_net_negative() -> None:
    known = the_known_show()
    order = known.cup.orders.get(state="refunded", quantity=1)
    payment = Payment.objects.create(
        purpose=f"order:{order.number}", provider="sandbox", amount_fen=5_000, state="paid"
    )
    for _ in range(2):
        Refund.objects.create(payment=payment, amount_fen=5_000, reason="twice", asked_at=ENDED)
    assert value(make_report(known.show.pk, NOW), "net_gmv") == 59_700


def test_each_product_has_its_own_line_the_best_seller_first() -> None:
    lamp, cup = make_report(the_known_show().show.pk, NOW).body["products"]
    assert (lamp["product_en"], lamp["gross_fen"], lamp["net_fen"]) == ("Lamp", 59_700, 59_700)
    assert (lamp["seen"], lamp["clicks"], lamp["held"], lamp["paid"]) == (6, 4, 3, 2)
    assert (cup["product_en"], cup["gross_fen"], cup["net_fen"]) == ("Cup", 20_000, 0)
    assert (cup["first_day"], cup["last_day"]) == ("2026-12-06", "2026-12-06")


def test_the_minutes_add_up_to_the_figures() -> None:
    report = make_report(the_known_show().show.pk, NOW)
    minutes = report.body["minutes"]
    assert len(minutes) == 60
    assert sum(minute["held"] for minute in minutes) == 5
    assert sum(minute["gross_fen"] for minute in minutes) == 79_700
    assert sum(minute["clicks"] for minute in minutes) == 5
    assert sum(minute["watched_ms"] for minute in minutes) == 6_000_000


def test_the_days_that_were_promised_are_counted_in_pieces() -> None:
    days = make_report(the_known_show().show.pk, NOW).body["days"]
    assert [(day["ship_by"], day["orders"], day["pieces"], day["paid"]) for day in days] == [
        ("2026-12-03", 3, 4, 2),
        ("2026-12-06", 2, 4, 2),
    ]


def test_questions_are_gathered_without_the_hidden_and_the_crews() -> None:
    known = the_known_show()
    [asked] = make_report(known.show.pk, NOW).body["questions"]
    assert (asked["topic"], asked["times"], asked["askers"]) == ("delivery", 2, 2)
    assert asked["segment_id"] == known.show.segments.get(position=1).pk


def test_what_is_bought_from_the_replay_is_told_apart() -> None:
    assert make_report(the_known_show().show.pk, NOW).body["after"] == {
        "orders": 1,
        "paid": 1,
        "gross_fen": 5_000,
    }


def test_a_show_with_nobody_has_figures_that_are_none_and_not_nought() -> None:
    report = make_report(a_show("empty").show.pk, ENDED)
    for code in ("ctr", "ctor", "cvr", "net_gpm", "net_aov", "stall_ratio", "return_rate"):
        assert value(report, code) is None, code
    assert value(report, "gmv") == 0
    assert [step["of_previous"] for step in report.body["funnel"]] == [None] * 5
    assert report_as_text(report)


def test_overselling_would_be_seen() -> None:
    """The control: a house that sells what it has not is found out by its own report."""
    known = the_known_show()
    known.cup.released = known.cup.taken = 2
    known.cup.save()
    report = make_report(known.show.pk, NOW)
    assert value(report, "oversold") == 2  # four accepted (one from the replay, three shipped)
    assert "WRONG" in report_as_text(report) or "有误" in report_as_text(report)


def test_a_ledger_that_does_not_add_up_is_told() -> None:
    known = the_known_show()
    assert reckon(known.show.pk, NOW)["ledger"] == {"skus": 2, "unbalanced": 0, "below": 0}
    known.lamp.sku.balance_set.filter(account="sold").update(quantity=99)
    assert reckon(known.show.pk, NOW)["ledger"]["unbalanced"] == 1


def test_there_is_nothing_to_report_of_a_show_that_was_never_on_air() -> None:
    known = a_show("draft", state="draft")
    Show.objects.filter(pk=known.show.pk).update(on_air_at=None)
    with pytest.raises(Refusal, match=r"not been on air|尚未开播"):
        make_report(known.show.pk)
    with pytest.raises(NotFound):
        make_report(404_404)
    assert not Report.objects.exists()


def test_a_show_that_is_on_can_be_reckoned_up_to_now() -> None:
    known = a_show("on", state="on_air")
    body = reckon(known.show.pk, BEGAN + timedelta(minutes=10))
    assert body["show"]["air_seconds"] == 600
    assert body["ripening"] == []


def test_reports_are_due_at_the_end_and_on_each_day_of_ripening() -> None:
    show_id = a_show("due").show.pk
    assert store.due(ENDED - timedelta(seconds=1)) == []
    assert store.due(ENDED) == [show_id]
    make_report(show_id, ENDED + timedelta(seconds=5))
    assert store.due(ENDED + timedelta(days=6)) == []
    assert store.due(ENDED + timedelta(days=7)) == [show_id]
    make_report(show_id, ENDED + timedelta(days=16))
    assert store.due(ENDED + timedelta(days=29)) == []
    assert store.due(ENDED + timedelta(days=30)) == [show_id]


def test_the_task_makes_one_report_however_often_it_runs() -> None:
    known = a_show("task")
    Show.objects.filter(pk=known.show.pk).update(
        on_air_at=clock.now() - timedelta(hours=2), ended_at=clock.now() - timedelta(hours=1)
    )
    report_show(known.show.pk)
    report_show(known.show.pk)
    reports_due(0)
    assert Report.objects.filter(show=known.show).count() == 1


def test_a_job_that_was_deferred_is_there_exactly_if_the_transaction_was() -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    jobs = ProcrastinateJob.objects.filter(task_name=report_show.name, args={"show_id": 7_101})

    def end_show_and_fail() -> None:
        with transaction.atomic():
            report_show.defer(show_id=7_101)
            raise LookupError

    with pytest.raises(LookupError):
        end_show_and_fail()
    assert not jobs.exists()
    with transaction.atomic():
        report_show.defer(show_id=7_101)
    assert jobs.count() == 1


def test_the_newest_report_is_the_one_that_is_read() -> None:
    show_id = a_show("newest").show.pk
    assert latest_report(show_id) is None
    make_report(show_id, ENDED)
    later = make_report(show_id, NOW)
    assert latest_report(show_id) == later


def test_a_price_that_changes_on_air_is_counted_and_its_first_one_is_not() -> None:
    known = the_known_show()
    first = known.prices[known.lamp.pk]
    at = BEGAN + timedelta(minutes=5)
    PriceVersion.objects.filter(pk=first.pk).update(during=(BEGAN - DAY, at))
    words = {name: getattr(first, name) for name in PARTS}
    PriceVersion.objects.create(
        sku=first.sku, version=2, during=(at, None), reason="x", key_id="k", signature="s", **words
    )
    assert value(make_report(known.show.pk, NOW), "price_changes") == 1


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            [
                "First show",
                "On air 2026-12-01 20:00 to 2026-12-01 21:00",
                "         ¥597.00  Net GMV",
                "               —  Entry rate",
                "              10  Viewed  ##############################",
                "               4  Paid  ############",
                "几天能发货？ ×1",
                "Nothing was oversold: 2 SKUs",
            ],
        ),
        ("zh-hans", ["一手开播", "净成交额 GMV", "没有超卖：共 2 个 SKU", "发货与到货"]),
    ],
)
def test_a_report_reads_well_as_plain_text(language: str, sentences: list[str]) -> None:
    report = make_report(the_known_show().show.pk, NOW)
    with translation.override(language):
        text = report_as_text(report)
    for sentence in sentences:
        assert sentence in text, text
    assert max(map(len, text.splitlines())) <= 100


def test_the_look_out_comes_round_twice_a_minute() -> None:
    from croniter import croniter  # type: ignore[import-untyped]

    round_ = croniter(LOOK_OUT, BEGAN)
    comings = [round_.get_next(float) for _ in range(4)]
    assert {later - earlier for earlier, later in pairwise(comings)} == {30.0}


def test_groups_are_counted_with_the_people_whom_they_brought() -> None:
    offer = shop.group_kettle(stock=6, size=2)
    ann, bob, cyd = shop.people(3)
    first = shop.seated(ann, offer)
    second = shop.seated(bob, offer, GroupSeat.objects.get(order=first).group_id)
    alone = shop.seated(cyd, offer)
    for order in (first, second, alone):
        shop.hear(shop.webhook(order))
    air = store.Air(shop.SHOW, clock.now() - DAY, clock.now() + DAY)
    assert store.groups(air) == {"groups_opened": 2, "groups_formed": 1, "people_brought": 1}


def test_what_people_waited_for_in_vain_is_demand_that_was_not_met() -> None:
    show = a_show().show
    offer = shop.kettle(stock=0, show_id=show.pk)
    bob, cyd = shop.people(2)
    at = BEGAN + timedelta(minutes=5)
    asking = [
        shop.press(one, offer, quantity=quantity)._replace(waits=True)
        for one, quantity in ((bob, 2), (cyd, 3))
    ]
    assert [answer.outcome.value for answer in settle(asking, at)] == ["waiting", "waiting"]
    waiting.leave(offer_id=offer.pk, person_id=bob.pk, now=at)
    report = make_report(show.pk, NOW)
    assert value(report, "unmet_demand") == 5, "who gave up had wanted it all the same"


def test_deposits_are_counted_apart_from_sales() -> None:
    """Of five people one does not pay, one goes on, one waits, and two leave: one deposit stays."""
    show = shop.SHOW
    usual, kept = presales.presale(), presales.presale(deposit_is_kept=True)
    ann, bob, cyd, eve, fay = shop.people(5)
    presales.on_presale(ann, usual)
    sold = presales.deposited(bob, usual)
    shop.hear(shop.webhook(sold))
    presales.deposited(cyd, kept, quantity=2)
    for person, offer in ((eve, usual), (fay, kept)):
        left = presales.deposited(person, offer)
        cancel.cancel_order(number=left.number, now=clock.now(), person_id=person.pk)
    air = store.Air(show, clock.now() - DAY, clock.now() + DAY)
    assert store.deposits(air)._asdict() == {
        "deposits_paid": 4,
        "deposits_fen": 4 * presales.DEPOSIT_FEN,  # one went back
        "balances_paid": 1,
        "deposits_kept_fen": presales.DEPOSIT_FEN,
    }
    orders = store.orders(air, clock.now())
    assert (orders.paid, orders.gross_fen) == (1, presales.PRESALE_FEN), "deposits are no sales"
    assert store.deposits(store.Air(show + 1, air.since, air.till))[:2] == (0, 0)


def test_a_deposit_that_was_kept_is_none_when_its_balance_came_late() -> None:
    order = presales.deposited(shop.people(1)[0], presales.presale(deposit_is_kept=True))
    word = shop.webhook(order)
    expiry.expire_holds(order.hold_until)
    air = store.Air(shop.SHOW, clock.now() - DAY, clock.now() + DAY)
    assert store.deposits(air).deposits_kept_fen == presales.DEPOSIT_FEN
    shop.hear(word)
    assert store.deposits(air)[2:] == (1, 0)
