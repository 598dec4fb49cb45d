"""WeChat Pay: every bit of a notice counts, and what a phone gets is not what a desk gets."""

from datetime import timedelta
from typing import Any

import pytest

from firsthand.kit.clock import now
from firsthand.kit.errors import Refusal
from firsthand.kit.ids import uuid7
from firsthand.pay import actions as pay
from firsthand.pay import provider as providers
from firsthand.pay.models import Payment
from firsthand.pay.provider import Payer
from firsthand.pay.rules import Kind, Word
from tests.pay.banks import Said, Trade, WeChatBank
from tests.shop import refused


def trade() -> Trade:
    return Trade(uuid7(), 19900, "4200000000000000000000000001", state="paid")


def heard(said: Said) -> Word | str:
    """The word, or the code of the refusal."""
    try:
        return providers.by_name("wechat").read(said.headers, said.body, now())
    except Refusal as no:
        return no.code


def is_refused(said: Said) -> bool:
    return heard(said) == "forged"


def test_a_notice_with_any_bit_of_it_turned_is_refused(wechat: WeChatBank) -> None:
    said = wechat.notice(trade())
    assert not is_refused(said), "control: as it was said it is heard"
    for place in range(len(said.body)):
        for bit in range(8):
            body = bytearray(said.body)
            body[place] ^= 1 << bit
            assert is_refused(said._replace(body=bytes(body))), (place, bit)


def test_a_notice_with_any_bit_of_its_seal_turned_is_refused(wechat: WeChatBank) -> None:
    said = wechat.notice(trade())
    for name, value in said.headers.items():
        for place in range(len(value)):
            for bit in range(7):
                turned = value[:place] + chr(ord(value[place]) ^ (1 << bit)) + value[place + 1 :]
                assert is_refused(said._replace(headers={**said.headers, name: turned})), name


@pytest.mark.parametrize("seconds", [-305, 305, 86_400])
def test_an_old_notice_is_refused_and_so_is_one_of_the_future(
    wechat: WeChatBank, seconds: int
) -> None:
    resource = wechat.trade(trade())
    at = now() + timedelta(seconds=seconds)
    assert is_refused(wechat.told("TRANSACTION.SUCCESS", resource, at.timestamp()))
    near = now() + timedelta(seconds=seconds / abs(seconds) * 280)
    assert not is_refused(wechat.told("TRANSACTION.SUCCESS", resource, near.timestamp()))


def test_nobody_is_asked_for_a_key_that_a_stranger_names(wechat: WeChatBank) -> None:
    said = wechat.notice(trade())
    assert is_refused(said._replace(headers={**said.headers, "Wechatpay-Serial": "ABCDEF"}))
    assert wechat.asked == []


@pytest.mark.parametrize("other", [{"mchid": "1900000002"}, {"appid": "wx0000000000000000"}])
def test_a_notice_for_another_shop_is_refused(wechat: WeChatBank, other: dict[str, Any]) -> None:
    said = wechat.notice(trade(), **other)
    assert heard(said) == "another_shop"


@pytest.mark.parametrize(
    "resource", [{}, {"appid": 1}, {"out_trade_no": "no number"}, {"trade_state": "SUCCESS"}]
)
def test_a_notice_that_makes_no_sense_is_refused(
    wechat: WeChatBank, resource: dict[str, Any]
) -> None:
    said = wechat.told("TRANSACTION.SUCCESS", resource)
    assert heard(said) == "not_a_word"


@pytest.mark.parametrize("status", ["SUCCESS", "ABNORMAL", "CLOSED"])
def test_a_notice_of_a_refund_is_noted_and_a_person_is_called_if_it_failed(
    wechat: WeChatBank, status: str, capfd: pytest.CaptureFixture[str]
) -> None:
    one = trade()
    said = wechat.told(
        f"REFUND.{status}",
        {
            "mchid": wechat.MERCHANT,
            "out_trade_no": one.reference.hex,
            "transaction_id": one.number,
            "out_refund_no": uuid7().hex,
            "refund_id": "50000000000000000000000000001",
            "refund_status": status,
            "amount": {"total": one.amount_fen, "refund": 500},
        },
    )
    word = providers.by_name("wechat").read(said.headers, said.body, now())
    assert (word.kind, word.reference, word.amount_fen) == (Kind.OTHER, one.reference, 500)
    assert ("refund_needs_a_person" in capfd.readouterr().out) == (status != "SUCCESS")


@pytest.mark.django_db
def test_a_desk_gets_a_code_and_a_phone_gets_wechats_page(wechat: WeChatBank) -> None:
    def asked() -> Payment:
        return pay.open_payment(purpose=f"test:{uuid7().hex}", amount_fen=7, provider="wechat")

    assert pay.send_to(asked(), "/", Payer("203.0.113.7", is_on_phone=True)).startswith("https://")
    assert pay.send_to(asked(), "/", Payer("203.0.113.7")).startswith("weixin://")
    assert pay.send_to(asked(), "/", Payer(is_on_phone=True)).startswith("weixin://")
    assert [place.rpartition("/")[2] for place in wechat.asked] == ["h5", "native", "native"]


@pytest.mark.django_db
def test_what_is_paid_already_is_not_asked_for_again(wechat: WeChatBank) -> None:
    payment = pay.open_payment(purpose="test:1", amount_fen=7, provider="wechat")
    wechat.pay(pay.send_to(payment, "/"))
    with refused("provider_refused", provider_code="ORDERPAID"):
        pay.send_to(payment, "/")
