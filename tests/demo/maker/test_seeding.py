"""The maker in the house: everything that is shown can be made, priced, promised and bought."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Count, F, Sum
from django.utils import timezone

from firsthand.catalogue import store
from firsthand.catalogue.models import Category, Picture, Product, Sku
from firsthand.catalogue.spreadsheet import export_workbook, import_workbook
from firsthand.demo import maker
from firsthand.demo.maker.layout import said, unlike
from firsthand.demo.maker.reading import files
from firsthand.demo.maker.seeding import Seeded
from firsthand.factory import actions as factory
from firsthand.factory.models import (
    BomAlternate,
    BomLine,
    CalendarDay,
    Changeover,
    Downtime,
    Operation,
    OperationAlternative,
    OperationNeed,
    Part,
    Peg,
    Plan,
    PlanRun,
    Progress,
    PurchaseOrder,
    Serial,
    WorkCentre,
    WorkOrder,
)
from firsthand.offer.models import MALL, Offer
from firsthand.people.models import Person
from firsthand.price.models import PriceVersion
from firsthand.promise import store as ladders
from firsthand.promise.models import Rung
from firsthand.show.claims import needs_proof
from firsthand.show.models import Segment, Show, TalkingPoint
from firsthand.stock import store as stock
from tests.demo.maker.conftest import SMALL

SATURDAY = 5

# The mark also tells pytest-django that there must be a test database.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def test_it_says_what_there_is(house: Seeded) -> None:
    assert not house.was_there
    assert (house.products, house.skus) == (SMALL, Sku.objects.count())
    assert house.categories == len(files().categories)


def test_a_second_time_changes_nothing() -> None:
    before = (Sku.objects.count(), PriceVersion.objects.count(), Show.objects.count())
    again = maker.seed(products=SMALL, seed=2)
    assert again.was_there
    assert before == (Sku.objects.count(), PriceVersion.objects.count(), Show.objects.count())


def test_no_category_is_empty() -> None:
    assert [branch.slug for branch in store.branches() if not branch.products] == []
    leaves = Category.objects.filter(children=None).annotate(on_it=Count("products"))
    assert not leaves.filter(on_it=0).exists()


def test_every_sku_has_a_bill_a_routing_and_a_picture() -> None:
    skus = set(Sku.objects.values_list("pk", flat=True))
    parts = Part.objects.filter(sku__isnull=False)
    assert set(parts.values_list("sku_id", flat=True)) == skus
    assert (
        set(BomLine.objects.filter(parent__sku__isnull=False).values_list("parent__sku", flat=True))
        == skus
    )
    assert (
        set(Operation.objects.filter(part__sku__isnull=False).values_list("part__sku", flat=True))
        == skus
    )
    pictures = Picture.objects.values_list("sku_id", "file")
    assert {sku_id for sku_id, _file in pictures} == skus
    for _sku_id, file in pictures:
        text = (Path(settings.MEDIA_ROOT) / file).read_text(encoding="utf-8")
        assert text.startswith("<svg") and text.endswith("</svg>")


def test_a_picture_is_of_its_own_product_and_says_what_it_shows() -> None:
    assert not Picture.objects.exclude(product=F("sku__product")).exists()
    assert not Picture.objects.filter(alt_zh="").exists()


def test_every_sku_has_a_published_price_that_earns_no_more_than_the_pledge() -> None:
    prices = PriceVersion.objects.filter(during__upper_inf=True)
    assert prices.count() == Sku.objects.count()
    for price in prices:
        cost = price.price_fen - price.margin_fen - price.tax_fen
        assert 0 <= price.margin_fen * 10_000 <= cost * settings.MARGIN_PLEDGE_BP
        assert price.signature
        assert 8_00 <= price.price_fen <= 400_000_00


def test_prices_end_as_prices_on_a_tag_do() -> None:
    assert not PriceVersion.objects.exclude(price_fen__endswith="00").exists()


def test_everything_is_on_offer_in_the_mall_and_nothing_is_oversold() -> None:
    assert Offer.objects.filter(show_id=MALL, state="open").count() == Sku.objects.count()
    free = ladders.free(Sku.objects.values_list("pk", flat=True))
    released = Offer.objects.values("sku").annotate(pieces=Sum("released"))
    for row in released:
        assert row["pieces"] <= free[row["sku"]]
    assert sum(row["pieces"] > 0 for row in released) > 0.9 * len(free)


def test_the_ledger_sums_to_nought() -> None:
    assert stock.audit() == []


def test_the_works_are_full_and_the_plan_keeps_its_days() -> None:
    plan = Plan.objects.get(in_force=True)
    assert plan.figures["lots"] == WorkOrder.objects.exclude(state="finished").count() > 50
    assert plan.figures["on_time_percent"] >= 90
    assert 12 <= WorkCentre.objects.count() <= 16
    assert Rung.objects.filter(source="plan").count() > 50
    assert Rung.objects.filter(source="stock").count() > 100


def test_nothing_in_the_works_is_impossible() -> None:
    assert [str(fault) for fault in factory.faults(timezone.now())] == []
    assert Plan.objects.get(in_force=True).figures["left_out"] == []


def test_the_works_have_what_real_works_have() -> None:
    assert Changeover.objects.filter(work_centre__code="yl-smt").count() == 11 * 10
    assert OperationAlternative.objects.filter(work_centre__code="yl-cell").count() > 10
    used = set(OperationNeed.objects.values_list("resource__kind", flat=True))
    assert used == {"tool", "skill"}
    days = CalendarDay.objects.values_list("day", "minutes")
    assert any(day.weekday() == SATURDAY and minutes for day, minutes in days)
    assert any(not minutes for _day, minutes in days)
    assert Downtime.objects.filter(starts_at__gt=timezone.now()).count() == 3
    assert BomAlternate.objects.exists()
    assert not Part.objects.filter(kind="bought", supplier="").exists()
    assert PurchaseOrder.objects.filter(state="ordered").count() == len(said()["purchases"])


def test_sub_assemblies_that_are_made_ahead_have_lots_that_products_wait_for() -> None:
    ahead = WorkOrder.objects.filter(part__is_stocked=True)
    assert ahead.exists()
    assert Peg.objects.filter(from_work_order__in=ahead, for_work_order__isnull=False).exists()


def test_what_was_made_in_the_days_before_has_numbers_and_records() -> None:
    finished = WorkOrder.objects.filter(state="finished")
    assert finished.count() >= 3
    for order in finished:
        assert Serial.objects.filter(work_order=order).count() == order.good_quantity
        assert Progress.objects.filter(work_order=order).exists()


def test_the_house_asks_for_a_plan_with_safe_dates_once_it_is_open() -> None:
    run = PlanRun.objects.get()
    assert (run.state, run.solver) == ("waiting", settings.PLAN_SOLVER)


def test_holidays_win_over_days_that_are_caught_up() -> None:
    table = {
        "unlike": [[2, 5, 480, 480, "catching up"]],
        "closed": [[1, 1, "New Year"], [5, 1, "May Day"]],
    }
    days = unlike(table, date(2026, 4, 28))  # a Tuesday: two days on it is Thursday
    assert days[date(2026, 5, 2)] == (480, 480, "catching up")
    assert days[date(2027, 1, 1)] == (0, 0, "New Year")
    assert days[date(2026, 5, 1)] == (0, 0, "May Day")
    table["closed"] = [[5, 2, "closed after all"]]
    assert unlike(table, date(2026, 4, 28))[date(2026, 5, 2)] == (0, 0, "closed after all")


def test_links_go_both_ways() -> None:
    pairs = set(Product.works_with.through.objects.values_list("from_product", "to_product"))
    assert pairs == {(other, one) for one, other in pairs}
    assert all(one != other for one, other in pairs)


def test_the_catalogue_goes_out_and_comes_in_unchanged() -> None:
    report = import_workbook(export_workbook(), by=None, dry_run=True)
    assert report.is_good, [str(error) for error in report.errors[:5]]
    assert all(tally.written == 0 for tally in report.tallies.values())
    assert report.tallies["facts"].same > 1000


def test_what_people_look_for_is_found() -> None:
    for words in ("手机", "耳机", "扫地", "robot", "台灯", "电饭煲", "kettle", "枕头"):
        assert store.search(words).total > 0, words


def test_the_show_has_a_run_sheet_with_goods_to_sell() -> None:
    show = maker.next_show()
    assert show.state == Show.State.DRAFT
    assert (Path(settings.MEDIA_ROOT) / show.poster).exists()
    segments = list(Segment.objects.filter(show=show).select_related("product__category", "offer"))
    assert 6 <= len(segments) <= 8
    goods = [segment for segment in segments if segment.product]
    assert (
        len({segment.product.category_id for segment in goods if segment.product})
        == len(goods)
        >= 6
    )
    for segment in goods:
        offers = Offer.objects.filter(show_id=show.pk, sku__product=segment.product_id)
        assert segment.offer in offers
        for offer in offers:
            assert offer.released > 0 and offer.state == "open"
            assert PriceVersion.objects.filter(sku=offer.sku_id, during__upper_inf=True).exists()
            assert ladders.ladders([offer.sku_id])[offer.sku_id]


def test_the_show_has_one_presale_whose_pieces_ship_after_its_balance() -> None:
    show = maker.next_show()
    offer = Offer.objects.get(show_id=show.pk, kind=Offer.Kind.PRESALE)
    own = Offer.objects.get(show_id=show.pk, sku=offer.sku_id, kind=Offer.Kind.SINGLE)
    assert own.released > 0, "whoever does not want to wait buys it as any other thing"
    tag = PriceVersion.objects.get(sku=offer.sku_id, during__upper_inf=True)
    assert 0 < offer.deposit_fen <= tag.price_fen // 10
    assert offer.deposit_fen % 100 == 0 and not offer.deposit_is_kept
    assert offer.balance_due_at is not None and show.planned_at < offer.balance_due_at
    last_day = timezone.localdate(offer.balance_due_at - timedelta(microseconds=1))
    later = [
        rung.free
        for rung in ladders.ladders([offer.sku_id])[offer.sku_id]
        if rung.ship_by > last_day
    ]
    assert 2 <= offer.released <= sum(later)


def test_every_point_on_air_has_its_proof_in_both_languages() -> None:
    points = TalkingPoint.objects.all()
    assert points.count() >= 20
    for point in points:
        assert point.text_zh and point.text_en and point.evidence_zh and point.evidence_en
        assert "{" not in point.text_zh + point.text_en
        assert len(needs_proof(point.text_zh, point.text_en)) < 20


def test_the_crew_has_every_role_and_no_password() -> None:
    addresses = maker.crew()
    assert {
        "host",
        "director",
        "merchandiser",
        "planner",
        "floor",
        "care",
        "analyst",
        "admin",
    } <= set(addresses)
    people = Person.objects.filter(email__endswith="@chengyan.example")
    assert people.count() == 11
    assert not any(person.has_usable_password() for person in people)


def test_the_crew_gets_the_password_that_is_given() -> None:
    addresses = maker.crew(password="given at the door")
    for email in addresses.values():
        assert Person.objects.get(email=email).check_password("given at the door")
    assert Person.objects.filter(email__endswith="@chengyan.example").count() == 11
