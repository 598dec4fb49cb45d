"""Prices for many SKUs at once, and the keys and the policy that stand behind them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.forms.models import model_to_dict

from firsthand.catalogue.models import Sku
from firsthand.kit.money import CURRENCY
from firsthand.kit.sql import Queries
from firsthand.price.card import KeyPair, Signer, new_key
from firsthand.price.models import PARTS, PricePolicy, PriceVersion, SigningKey
from firsthand.price.rules import OpenPrice, Policy

HISTORY_MAX = 100

_SQL = Queries(__package__)


class PriceTag(NamedTuple):
    """The price that holds of a SKU, and which version of its prices it is."""

    version_id: int
    version: int
    price_fen: int
    floor_fen: int  # cost and tax: no discount goes below it


def current(sku_ids: Iterable[int]) -> dict[int, PriceTag]:
    """The price that holds of each SKU, one query; one without a price is missing."""
    rows = _SQL.rows("current", sku_ids=sorted(set(sku_ids)))
    return {sku_id: PriceTag(*tag) for sku_id, *tag in rows}


def history(sku_id: int, at_most: int = HISTORY_MAX) -> list[PriceVersion]:
    """What a SKU sold for, and why, newest first."""
    return list(PriceVersion.objects.filter(sku_id=sku_id).order_by("-version")[:at_most])


def policy() -> Policy:
    """How prices are reckoned now: the office's row, or what holds until there is one."""
    row = PricePolicy.objects.order_by("id").first()
    words = model_to_dict(row, exclude=["id"]) if row else {}
    return Policy(**words, pledge_bp=settings.MARGIN_PLEDGE_BP)


class Priced(NamedTuple):
    """A SKU, as far as its price card names it."""

    id: int
    code: str
    weight_g: int
    product_zh: str
    product_en: str
    name_zh: str
    name_en: str


def lock_skus(sku_ids: Iterable[int]) -> list[Priced]:
    """Lock the prices of SKUs, in the order of their ids; one that is not there is missing."""
    return [Priced(*row) for row in _SQL.rows("lock_skus", sku_ids=sorted(set(sku_ids)))]


def priced(sku_id: int) -> list[Priced]:
    """A SKU that nobody is about to price: not locked. None, if it is not there."""
    words = ("id", "code", "weight_g", "product__name_zh", "product__name_en", "name_zh", "name_en")
    return [Priced(*row) for row in Sku.objects.filter(pk=sku_id).values_list(*words)]


class Standing(NamedTuple):
    """A price that holds, as it was read under the lock."""

    version: int
    since: datetime
    price_fen: int
    parts: Mapping[str, int]


def standing(sku_ids: Sequence[int]) -> dict[int, Standing]:
    """The prices that hold, with their parts."""
    return {
        sku_id: Standing(version, since, price_fen, dict(zip(PARTS, parts, strict=True)))
        for sku_id, version, since, price_fen, *parts in _SQL.rows("standing", sku_ids=sku_ids)
    }


def last_versions(sku_ids: Sequence[int]) -> dict[int, int]:
    """The number of each SKU's newest price."""
    return dict(_SQL.rows("last_versions", sku_ids=sku_ids))


class Published(NamedTuple):
    """A price that is to be written, with its card and the signature on it."""

    sku_id: int
    version: int
    since: datetime
    price: OpenPrice
    middlemen_fen: int
    card: str
    signature: str


def publish(
    new: Sequence[Published],
    *,
    assumptions: Mapping[str, int],
    reason: str,
    by: int | None,
    key_id: str,
) -> None:
    """End the prices that held of these SKUs, and write the new ones."""
    sku_ids = [one.sku_id for one in new]
    since = [one.since for one in new]
    _SQL.change("end", sku_ids=sku_ids, ends=since)
    _SQL.change(
        "publish",
        sku_ids=sku_ids,
        versions=[one.version for one in new],
        since=since,
        **{part: [one.price.parts[part] for one in new] for part in PARTS},
        middlemen_fen=[one.middlemen_fen for one in new],
        cards=[one.card for one in new],
        signatures=[one.signature for one in new],
        currency=CURRENCY,
        assumptions=json.dumps(assumptions),
        reason=reason,
        by_id=by,
        key_id=key_id,
    )


def signer() -> Signer:
    """The key that signs now, opened; it is made when there is none."""
    active = SigningKey.objects.filter(retired_at=None)
    key = active.first()
    if key is None:
        # Two who find none make one each, and the table keeps the first.
        SigningKey.objects.bulk_create([_row(new_key(settings.SECRET_KEY))], ignore_conflicts=True)
        key = active.get()
    return Signer(key.key_id, key.sealed, settings.SECRET_KEY)


def rotate_key(now: datetime) -> str:
    """Let another key sign from now on; the id of the new one. The old ones stay, to check."""
    SigningKey.objects.filter(retired_at=None).update(retired_at=now)
    row = _row(new_key(settings.SECRET_KEY))
    row.save(force_insert=True)
    return row.key_id


def public_keys() -> dict[str, str]:
    """The public halves of all keys there ever were, by their names."""
    return dict(SigningKey.objects.order_by("made_at").values_list("key_id", "public"))


class Kept(NamedTuple):
    """A published price as it stands in its row, and what was signed."""

    id: int
    sku_id: int
    version: int
    price_fen: int
    parts: Mapping[str, int]
    middlemen_fen: int
    key_id: str
    card: str
    signature: str


def cards(after: int, at_most: int) -> list[Kept]:
    """Published prices after a row, oldest first."""
    found = []
    for row in _SQL.rows("cards", after=after, at_most=at_most):
        row_id, sku_id, version, price_fen, *parts, middlemen_fen, key_id, card, signature = row
        said = dict(zip(PARTS, parts, strict=True))
        found.append(
            Kept(row_id, sku_id, version, price_fen, said, middlemen_fen, key_id, card, signature)
        )
    return found


def _row(key: KeyPair) -> SigningKey:
    return SigningKey(key_id=key.key_id, public=key.public, sealed=key.sealed)
