"""Commands, from plain forms and from the console's script: one action, one sentence."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from firsthand.kit.clock import epoch_ms, now
from firsthand.media.models import Channel
from firsthand.offer.models import Offer
from firsthand.people.models import ApiToken
from firsthand.people.rules import Role
from firsthand.show.models import ChatLine, Cue, Show, TalkingPoint
from tests import shop
from tests.faces.studio.stage import (
    PIECES,
    Stage,
    a_stage,
    browser,
    crew,
    lamp_sku,
    on_air,
    price_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return a_stage()


@pytest.fixture
def desk(stage: Stage) -> Client:
    return browser(stage.director)


def told(client: Client, stage: Stage, name: str, **words: Any) -> tuple[str, str]:
    """Give a command by a plain form; how the console says it went, and the sentence."""
    answer: Any = client.post(reverse(f"studio-{name}", args=[stage.show.pk]), words, follow=True)
    assert answer.redirect_chain, "a form leads back to the console"
    [message] = answer.context["messages"]
    return message.level_tag, str(message)


def sent(client: Client, stage: Stage, name: str, **words: Any) -> Any:
    """Give a command as the script does."""
    address = reverse(f"studio-{name}", args=[stage.show.pk])
    return client.post(address, words, headers={"accept": "application/json"})


def test_a_group_buy_is_opened_and_stands_in_the_table(stage: Stage, desk: Client) -> None:
    words = {"sku_code": lamp_sku().code, "quantity": 4, "limit": 1, "size": 3, "minutes": 20}
    assert told(desk, stage, "open-group", **words, off="1.50") == (
        "success",
        "It is on offer to groups.",
    )
    offer = Offer.objects.get(kind="group")
    assert (offer.group_size, offer.group_minutes, offer.discount_fen) == (3, 20, 1_50)
    page = desk.get(reverse("studio-show", args=[stage.show.pk])).content.decode()
    assert "Group of 3 in 20 minutes" in page
    assert told(desk, stage, "open-group", **words, off="0")[0] == "error"
    assert sent(desk, stage, "open-group", **{**words, "size": 1}, off="0").status_code == 422


def test_a_presale_is_opened_and_stands_in_the_table(stage: Stage, desk: Client) -> None:
    due = shop.TODAY + timedelta(days=1)
    words = {
        **{"sku_code": lamp_sku().code, "quantity": 1, "limit": 1, "off": "0"},
        **{"deposit": "10.50", "balance_due_at": f"{due}T20:00", "keeps": "on"},
    }
    assert told(desk, stage, "open-presale", **words) == ("success", "It is on pre-sale.")
    offer = Offer.objects.get(kind="presale")
    assert (offer.deposit_fen, offer.deposit_is_kept) == (10_50, True)
    assert f"{timezone.localtime(offer.balance_due_at):%Y-%m-%d %H:%M}" == f"{due} 20:00"
    page = desk.get(reverse("studio-show", args=[stage.show.pk])).content.decode()
    assert "Deposit ¥10.50, balance until" in page
    assert told(desk, stage, "open-presale", **words)[0] == "error"
    assert sent(desk, stage, "open-presale", **{**words, "deposit": ""}).status_code == 422


def test_a_whole_show_is_run_by_plain_forms(stage: Stage, desk: Client) -> None:
    first, second, _third = stage.segments
    assert told(desk, stage, "air") == ("success", "The show is on air.")
    assert told(desk, stage, "next", segment_id=first.pk)[0] == "success"
    assert told(desk, stage, "next", segment_id=first.pk) == (
        "error",
        "This segment is on already.",
    )
    assert told(desk, stage, "card", offer_id=stage.lamp.pk)[0] == "success"
    assert told(desk, stage, "pin", text="Ships tomorrow")[0] == "success"
    assert told(desk, stage, "card-off")[0] == "success"
    assert told(desk, stage, "unpin")[0] == "success"
    assert told(desk, stage, "next", segment_id=second.pk)[0] == "success"
    assert told(desk, stage, "end")[0] == "success"
    assert told(desk, stage, "end") == ("error", "This show is not on air.")
    kinds = list(Cue.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["segment", "card", "pin", "card_off", "unpin", "segment"]
    assert Cue.objects.filter(by=stage.director).count() == 6
    assert ProcrastinateJob.objects.get().args == {"show_id": stage.show.pk}


def test_a_cue_is_stamped_with_the_frame_that_the_director_saw(stage: Stage, desk: Client) -> None:
    on_air(stage.show)
    at_ms = epoch_ms(now()) + 1234
    answer = sent(desk, stage, "card", offer_id=stage.lamp.pk, at_ms=at_ms)
    assert answer.json() == {"said": "The card is shown."}
    assert Cue.objects.get().at_ms == at_ms
    wrong = sent(desk, stage, "card", offer_id=stage.lamp.pk, at_ms=5)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_of_this_show")


def test_a_cue_that_was_a_mistake_is_taken_back(stage: Stage, desk: Client) -> None:
    on_air(stage.show)
    sent(desk, stage, "card", offer_id=stage.lamp.pk)
    assert told(desk, stage, "take-back", cue_id=Cue.objects.get().pk)[0] == "success"
    assert not Cue.objects.exists()


def test_the_script_is_told_refusals_as_problems(stage: Stage, desk: Client) -> None:
    answer = sent(desk, stage, "next", segment_id=stage.segments[0].pk)
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_on_air"
    nonsense = sent(desk, stage, "release", offer_id=stage.lamp.pk, quantity="many")
    assert (nonsense.status_code, nonsense.json()["code"]) == (422, "wrong_input")
    assert "quantity" in nonsense.json()["fields"]


def test_a_command_is_given_by_post_alone_and_with_the_pages_token(stage: Stage) -> None:
    address = reverse("studio-air", args=[stage.show.pk])
    assert browser(stage.director).get(address).status_code == 405
    assert browser(stage.director, checks_csrf=True).post(address).status_code == 403
    stage.show.refresh_from_db()
    assert stage.show.state == "draft"


def test_each_command_asks_for_its_own_deed(stage: Stage) -> None:
    planner, merchandiser = browser(crew(Role.PLANNER)), browser(crew(Role.MERCHANDISER))
    lamp = stage.lamp.pk
    assert sent(planner, stage, "air").status_code == 403
    assert sent(planner, stage, "price", offer_id=lamp, price=1, reason="x").status_code == 403
    assert sent(planner, stage, "release", offer_id=lamp, quantity=1).status_code == 200
    assert sent(merchandiser, stage, "release", offer_id=lamp, quantity=1).status_code == 403
    assert sent(merchandiser, stage, "hide", line_id=1).status_code == 403
    assert sent(browser(crew(Role.HOST)), stage, "next", segment_id=1).status_code == 403
    signed_out = sent(browser(None), stage, "air")
    assert (signed_out.status_code, signed_out.json()["code"]) == (401, "signed_out")


def test_stock_goes_on_offer_and_off_it(stage: Stage, desk: Client) -> None:
    lamp = stage.lamp.pk
    assert told(desk, stage, "release", offer_id=lamp, quantity=PIECES - 10)[0] == "success"
    manner, sentence = told(desk, stage, "release", offer_id=lamp, quantity=1)
    assert manner == "error"
    assert "promise ladder" in sentence
    assert told(desk, stage, "withdraw", offer_id=lamp, quantity=5)[0] == "success"
    assert stage.lamp.released == PIECES - 5
    assert told(desk, stage, "limit", offer_id=lamp, limit=2)[0] == "success"
    assert stage.lamp.limit_per_person == 2
    times = {"opens_at": "2026-12-01T20:00:00", "closes_at": "2026-12-01T22:00:00"}
    assert told(desk, stage, "times", offer_id=lamp, **times)[0] == "success"
    opened = stage.lamp.opens_at
    assert opened is not None
    assert opened.isoformat() == "2026-12-01T12:00:00+00:00"  # as Shanghai says it
    times["closes_at"] = "2026-12-01T19:00:00"
    assert told(desk, stage, "times", offer_id=lamp, **times)[0] == "error"
    assert told(desk, stage, "times", offer_id=lamp)[0] == "success"
    assert (stage.lamp.opens_at, stage.lamp.closes_at) == (None, None)
    for quantity in (0, -1, 10**9, "x"):
        assert told(desk, stage, "release", offer_id=lamp, quantity=quantity)[0] == "error"
    assert told(desk, stage, "close", offer_id=lamp)[0] == "success"
    assert stage.lamp.state == "closed"
    shop.assert_the_books_agree()


def test_another_sku_is_put_on_offer_while_the_show_is_on(stage: Stage, desk: Client) -> None:
    on_air(stage.show)
    sku = lamp_sku()
    words = {"sku_code": sku.code, "quantity": 3, "limit": 1}
    assert told(desk, stage, "open", **words)[0] == "success"
    offer = sku.offers.get()
    assert (offer.show_id, offer.released, offer.limit_per_person) == (stage.show.pk, 3, 1)
    assert told(desk, stage, "open", **words) == ("error", "It is on offer here already.")
    assert told(desk, stage, "open", **{**words, "sku_code": "none"})[0] == "error"


def test_a_price_that_breaks_the_pledge_is_refused_in_words(stage: Stage, desk: Client) -> None:
    before = price_of(stage.lamp)
    lamp = stage.lamp.pk
    manner, sentence = told(desk, stage, "price", offer_id=lamp, price="999.00", reason="greed")
    assert manner == "error"
    assert "pledge" in sentence
    assert "highest price" in sentence
    manner, sentence = told(desk, stage, "price", offer_id=lamp, price="1.00", reason="rush")
    assert "lowest price" in sentence
    assert price_of(stage.lamp).version == before.version
    cheaper = (before.price_fen - 100) / 100
    assert (
        told(desk, stage, "price", offer_id=lamp, price=cheaper, reason="tonight")[0] == "success"
    )
    now_ = price_of(stage.lamp)
    assert (now_.version, now_.price_fen) == (2, before.price_fen - 100)
    assert (now_.reason, now_.by) == ("tonight", stage.director)
    for wrong in ("0", "-1", "1.005", "1e9", "x", ""):
        assert told(desk, stage, "price", offer_id=lamp, price=wrong, reason="x")[0] == "error"


def test_an_offer_of_another_show_cannot_be_commanded_from_here(stage: Stage, desk: Client) -> None:
    other = a_stage(slug="other", lamps=1).lamp
    for name, words in (
        ("release", {"quantity": 1}),
        ("withdraw", {"quantity": 1}),
        ("limit", {"limit": 1}),
        ("close", {}),
        ("price", {"price": "120", "reason": "x"}),
    ):
        answer = sent(desk, stage, name, offer_id=other.pk, **words)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_offer"), name
    other.refresh_from_db()
    assert other.state == "open"


def test_a_line_is_hidden(stage: Stage, desk: Client) -> None:
    from uuid import uuid4

    line = ChatLine.objects.create(
        show=stage.show, person=None, viewer="v", key=uuid4(), name="V", text="rude"
    )
    assert told(desk, stage, "hide", line_id=line.pk)[0] == "success"
    line.refresh_from_db()
    assert line.is_hidden


def test_the_stream_key_is_shown_when_asked_for_and_can_be_renewed(
    stage: Stage, desk: Client
) -> None:
    address = reverse("studio-stream-key", args=[stage.show.pk])
    assert desk.get(address).status_code == 405, "no address that is kept shows a key"
    assert browser(crew(Role.PLANNER)).post(address).status_code == 403
    shown: Any = desk.post(address)
    key = Channel.objects.get(pk=stage.show.channel_id).key
    assert key in shown.content.decode()
    assert "rtmp://testserver/live" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert told(desk, stage, "renew-key")[0] == "success"
    assert Channel.objects.get(pk=stage.show.channel_id).key != key


def test_a_show_is_planned_by_a_form(desk: Client) -> None:
    host = crew(Role.HOST, name="Lin")
    words = {
        "title_zh": "明晚",
        "title_en": "Tomorrow",
        "slug": "tomorrow",
        "host": host.pk,
        "planned_at": "2026-12-02T20:00",
    }
    made: Any = desk.post(reverse("studio-plan"), words)
    show = Show.objects.get(slug="tomorrow")
    assert made["Location"] == reverse("studio-sheet", args=[show.pk])
    again: Any = desk.post(reverse("studio-plan"), words)
    assert again.status_code == 422
    assert "already" in again.content.decode()
    customer = shop.people(1)[0]
    for wrong in ({"slug": "Tomorrow!"}, {"host": customer.pk}, {"planned_at": "soon"}):
        answer = desk.post(reverse("studio-plan"), {**words, "slug": "b", **wrong})
        assert answer.status_code == 422, wrong
    assert Show.objects.filter(slug="b").count() == 0


def test_a_run_sheet_is_written_by_forms(stage: Stage, desk: Client) -> None:
    show = stage.show.pk

    def press(name: str, *ids: int, **words: Any) -> tuple[str, str]:
        answer: Any = desk.post(reverse(name, args=[show, *ids]), words, follow=True)
        *_earlier, message = answer.context["messages"]
        return message.level_tag, str(message)

    words = {"name_zh": "开场", "name_en": "Opening", "minutes": 3, "offer_id": ""}
    assert press("studio-segment-add", **words)[0] == "success"
    opening = stage.show.segments.get(name_en="Opening")
    assert press("studio-segment-move", opening.pk, position=1)[0] == "success"
    opening.refresh_from_db()
    assert opening.position == 1
    assert press("studio-segment-add", **{**words, "minutes": 0})[0] == "error"
    assert press("studio-segment-add", **{**words, "offer_id": 10**9})[0] == "error"

    edited: Any = desk.post(
        reverse("studio-segment", args=[show, opening.pk]),
        {**words, "minutes": 4, "offer_id": stage.lamp.pk},
    )
    assert edited.status_code == 302
    opening.refresh_from_db()
    assert (opening.minutes, opening.offer_id) == (4, stage.lamp.pk)

    point = {"text_zh": "你好", "text_en": "Hello", "on_segment": "1"}
    assert press("studio-point-add", opening.pk, **point)[0] == "success"
    first = TalkingPoint.objects.get(segment=opening)
    claim = {"text_zh": "全国最好", "text_en": "The best of all", "on_segment": "1"}
    manner, sentence = press("studio-point-add", opening.pk, **claim)
    assert (manner, "proof" in sentence) == ("error", True)
    assert press("studio-point-add", opening.pk, **{**point, "text_en": "More"})[0] == "success"
    assert press("studio-point-move", opening.pk, first.pk, position=2)[0] == "success"
    assert press("studio-point", opening.pk, first.pk, **{**point, "evidence_en": "r"})[0] == (
        "success"
    )
    first.refresh_from_db()
    assert (first.position, first.evidence_en) == (2, "r")
    assert press("studio-point-remove", opening.pk, first.pk)[0] == "success"
    assert press("studio-segment-remove", opening.pk)[0] == "success"
    assert stage.show.segments.count() == 3


@pytest.mark.parametrize(
    ("page", "export", "role"),
    [
        ("studio-goods", "studio-export", Role.MERCHANDISER),
        ("studio-costs", "studio-costs-export", Role.MERCHANDISER),
        ("studio-layout", "studio-layout-export", Role.PLANNER),
    ],
)
def test_a_spreadsheet_is_tried_taken_and_turned_away(
    stage: Stage, page: str, export: str, role: Role
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    whose = browser(crew(role))
    out: Any = whose.get(reverse(export))
    assert "attachment" in out["Content-Disposition"]

    def upload(data: bytes, **press: str) -> Any:
        file = SimpleUploadedFile("book.xlsx", data)
        return whose.post(reverse(page), {"file": file, **press})

    tried = upload(out.content, rehearse="1")
    assert "nothing is written yet" in tried.content.decode()
    assert "Taken in" in upload(out.content, take="1").content.decode()
    wrong = upload(b"no spreadsheet", take="1")
    assert wrong.status_code == 422
    assert browser(crew(Role.HOST)).post(reverse(page)).status_code == 403


def test_a_key_is_made_shown_once_and_revoked() -> None:
    person = crew(Role.DIRECTOR)
    client = browser(person)
    made: Any = client.post(reverse("studio-keys"), {"name": "obs script"})
    token = made.context["token"]
    assert token.startswith("fh_")
    assert token in made.content.decode()
    assert token not in client.get(reverse("studio-keys")).content.decode()
    kept = ApiToken.objects.get(person=person)
    assert token not in kept.digest
    others = browser(crew(Role.HOST))
    assert others.post(reverse("studio-key-revoke", args=[kept.pk])).status_code == 404
    client.post(reverse("studio-key-revoke", args=[kept.pk]))
    kept.refresh_from_db()
    assert kept.revoked_at is not None
    assert client.post(reverse("studio-keys"), {"name": ""}).status_code == 422


def test_a_set_is_put_on_offer_from_the_console_and_refused_below_its_floor(
    stage: Stage, desk: Client
) -> None:
    hub, bulb = lamp_sku(), lamp_sku()
    words = {
        "sku_1": hub.code, "each_1": 1, "sku_2": bulb.code, "each_2": 2, "quantity": 3,
        "limit": 1, "off": "999", "name_zh": "", "name_en": "Evening set",
    }  # fmt: skip
    manner, sentence = told(desk, stage, "open-set", **words)
    assert manner == "error" and "cost and tax are never undersold" in sentence
    assert told(desk, stage, "open-set", **{**words, "sku_2": ""})[0] == "error"
    assert told(desk, stage, "open-set", **{**words, "off": "1.50"})[0] == "success"
    offer = Offer.objects.get(show_id=stage.show.pk, kind="bundle")
    assert (offer.released, offer.limit_per_person, offer.discount_fen) == (3, 1, 150)
    assert (offer.name_en, offer.name_zh) == (
        "Evening set",
        f"{hub.product.name_zh} + {bulb.product.name_zh}",
    )
    page = desk.get(f"/studio/shows/{stage.show.pk}/").content.decode()
    assert "Evening set" in page and f"{bulb.code} × 2" in page
    sheet = desk.get(f"/studio/shows/{stage.show.pk}/offers/{offer.pk}/").content.decode()
    assert "Off, out of our margin" in sheet and "Publish price" not in sheet
    assert told(desk, stage, "close", offer_id=offer.pk)[0] == "success"
    shop.assert_the_books_agree()


def test_a_sku_is_put_on_offer_for_less(stage: Stage, desk: Client) -> None:
    sku = lamp_sku()
    words = {"sku_code": sku.code, "quantity": 3, "limit": 1, "off": "1.00"}
    assert told(desk, stage, "open", **words)[0] == "success"
    assert sku.offers.get().discount_fen == 100
