"""The buyer is led from our page to the bank's: by a link that he presses, or by a code."""

import re
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client

from firsthand.order.models import Order
from firsthand.pay.models import Payment
from tests.pay.banks import Bank, WeChatBank
from tests.shop import held, kettle, people

pytestmark = pytest.mark.django_db

PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


def choose(bank: Bank, order: Order, agent: str = "a desk") -> HttpResponse:
    """The buyer chooses this bank on the page that asks how."""
    browser = Client()
    browser.force_login(order.person, backend="firsthand.people.backends.RoleBackend")
    answer: HttpResponse = browser.post(  # type: ignore[assignment]
        f"/orders/{order.number}/pay/",
        {"provider": bank.name},
        HTTP_USER_AGENT=agent,
        HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.7",
        HTTP_ACCEPT_LANGUAGE="en",
    )
    return answer


def test_the_page_before_the_banks_leads_there(bank: Bank) -> None:
    [ann] = people(1)
    order = held(ann, kettle(stock=5))
    for agent in ("a desk", PHONE):
        answer = choose(bank, order, agent)
        page = answer.content.decode()
        assert answer.status_code == 200
        link = re.search(r'href="(http[^"]+)" referrerpolicy="origin"', page)
        if bank.name == "wechat" and agent != PHONE:
            assert link is None and '<div class="pay-code"' in page and "<path d=" in page
        else:
            assert link is not None
            assert bank.visit(unescape(link[1])).amount_fen == order.amount_fen
    assert Payment.objects.filter(provider=bank.name).count() == 1
    assert not bank.badly_signed


def test_a_bank_that_does_not_answer_is_said_to_be_silent_and_the_order_stays_held(
    wechat: WeChatBank,
) -> None:
    [ann] = people(1)
    order = held(ann, kettle(stock=5))
    wechat.is_down = True
    answer = choose(wechat, order)
    assert answer.status_code == 503
    assert "does not answer" in answer.content.decode()
    order.refresh_from_db()
    assert order.state == "held"
    wechat.is_down = False
    assert choose(wechat, order).status_code == 200, "control: and then it does"
