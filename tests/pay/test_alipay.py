"""Alipay: what is turned in a notice is refused, and what a phone gets is not what a desk gets."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firsthand.kit.clock import now
from firsthand.kit.errors import Refusal
from firsthand.kit.ids import uuid7
from firsthand.pay import actions as pay
from firsthand.pay import provider as providers
from firsthand.pay.alipay_trade import in_fen, in_yuan
from firsthand.pay.provider import Payer
from firsthand.pay.rules import Kind, Word
from tests.pay.banks import AlipayBank, Trade


def trade() -> Trade:
    return Trade(uuid7(), 19900, "2026112322001400000000000001", state="paid")


def heard(body: bytes) -> Word | str:
    """The word, or the code of the refusal."""
    try:
        return providers.by_name("alipay").read({}, body, now())
    except Refusal as no:
        return no.code


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_notice_with_a_bit_turned_is_refused_or_says_the_very_same(
    alipay: AlipayBank, place: float, bit: int
) -> None:
    """The same: since %2f and %2F are one character, which Alipay signs once."""
    was = alipay.notice(trade()).body
    turned = bytearray(was)
    turned[int(place * len(was))] ^= 1 << bit
    if (said := heard(bytes(turned))) != "forged":
        assert said == heard(was)
        assert parse_qsl(bytes(turned).decode()) == parse_qsl(was.decode())


def test_every_field_of_a_notice_is_under_its_seal(alipay: AlipayBank) -> None:
    body = alipay.notice(trade()).body.decode()
    fields = parse_qsl(body)
    assert isinstance(heard(body.encode()), Word), "control: as it was said it is heard"
    for place, (name, value) in enumerate(fields):
        rest = fields[:place] + fields[place + 1 :]
        assert heard(urlencode([*rest, (name, value + "0")]).encode()) == "forged", name
        assert heard(urlencode([*fields, (name, value)]).encode()) == "forged", name
        if name != "sign_type":  # which is not signed; another one than ours is refused above
            assert heard(urlencode(rest).encode()) == "forged", name
    assert heard(urlencode([*fields, ("more", "1")]).encode()) == "forged"
    assert heard(b"") == heard(b"\xff") == heard(b"sign") == "forged"


@pytest.mark.parametrize("other", [{"app_id": "2021000000000002"}, {"seller_id": "2088"}])
def test_a_notice_for_another_shop_is_refused(alipay: AlipayBank, other: dict[str, Any]) -> None:
    assert heard(alipay.notice(trade(), **other).body) == "another_shop"


@pytest.mark.parametrize(
    "other", [{"out_trade_no": "no number"}, {"total_amount": "1e3"}, {"total_amount": "-1.00"}]
)
def test_a_notice_that_makes_no_sense_is_refused(alipay: AlipayBank, other: dict[str, Any]) -> None:
    assert heard(alipay.notice(trade(), **other).body) == "not_a_word"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("TRADE_SUCCESS", Kind.PAID),
        ("TRADE_FINISHED", Kind.PAID),
        ("TRADE_CLOSED", Kind.FAILED),
        ("WAIT_BUYER_PAY", Kind.OTHER),
    ],
)
def test_each_state_of_a_trade_means_something(alipay: AlipayBank, status: str, kind: Kind) -> None:
    word = heard(alipay.notice(trade(), trade_status=status).body)
    assert isinstance(word, Word) and word.kind is kind


def test_a_notice_of_money_that_went_back_is_not_one_of_money_that_came(
    alipay: AlipayBank,
) -> None:
    one = trade()
    came = heard(alipay.notice(one).body)
    back = heard(alipay.notice(one, gmt_refund="2026-11-23 10:00:00.123", refund_fee="1.00").body)
    assert isinstance(came, Word) and isinstance(back, Word)
    assert (came.kind, back.kind) == (Kind.PAID, Kind.OTHER)
    assert came.word_id != back.word_id


@given(st.integers(0, 10**11))
def test_an_amount_is_written_and_read_without_loss(amount_fen: int) -> None:
    assert in_fen(in_yuan(amount_fen)) == amount_fen


@pytest.mark.django_db
def test_a_phone_gets_another_page_than_a_desk_and_both_come_back(alipay: AlipayBank) -> None:
    for is_on_phone, page in ((True, "wap"), (False, "page")):
        payment = pay.open_payment(purpose=f"test:{page}", amount_fen=1999, provider="alipay")
        found = alipay.visit(pay.send_to(payment, "/orders/A/", Payer(is_on_phone=is_on_phone)))
        assert found.words["method"] == f"alipay.trade.{page}.pay"
        assert found.words["return_url"] == "https://shop.example/orders/A/"
        assert found.words["total_amount"] == "19.99"
