"""A bank with its door open, and the house set up as its customer."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from firsthand.pay import provider as providers
from tests.pay import banks


@pytest.fixture
def customer_of(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Makes the house a customer of a bank."""

    def become(bank: banks.Bank) -> None:
        provider = import_string(providers.OURS[bank.name].replace(":", "."))
        gateway = f"{bank.address}/gateway.do" if bank.name == "alipay" else bank.address
        monkeypatch.setattr(provider, "gateway", gateway)
        settings.PAYMENT_PROVIDERS = ["sandbox", bank.name]
        settings.PAYMENT_ACCOUNTS = {bank.name: bank.account(tmp_path)}
        settings.PAYMENT_ADDRESS = "https://shop.example"
        providers._registered.cache_clear()

    yield become
    with suppress(ImproperlyConfigured):
        for provider in providers.registered().values():
            if provider.name == "stripe":  # it keeps its connections for the next request
                provider._client._requestor._client.close()  # type: ignore[attr-defined]
    providers._registered.cache_clear()


@pytest.fixture(params=banks.BANKS, ids=lambda kind: kind.name)
def bank(request: pytest.FixtureRequest, customer_of: Any) -> Iterator[banks.Bank]:
    """Each of the banks in turn."""
    with banks.opened(request.param()) as open_bank:
        customer_of(open_bank)
        yield open_bank


@pytest.fixture
def wechat(customer_of: Any) -> Iterator[banks.WeChatBank]:
    yield from _one(banks.WeChatBank(), customer_of)


@pytest.fixture
def alipay(customer_of: Any) -> Iterator[banks.AlipayBank]:
    yield from _one(banks.AlipayBank(), customer_of)


@pytest.fixture
def stripe_bank(customer_of: Any) -> Iterator[banks.StripeBank]:
    yield from _one(banks.StripeBank(), customer_of)


def _one(bank: Any, customer_of: Any) -> Iterator[Any]:
    with banks.opened(bank):
        customer_of(bank)
        yield bank
