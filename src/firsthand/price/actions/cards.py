"""Cost cards, and the keys that sign them: shown, checked, audited, replaced."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from firsthand.kit import clock
from firsthand.kit.errors import NotFound
from firsthand.price import card, store
from firsthand.price.models import PriceVersion

CARDS_MAX = 1000  # read at a time by an audit


def cost_card(sku_id: int, version: int | None = None) -> dict[str, Any]:
    """The public card of a price (the one that holds, if no version is named), to be checked.

    ``signed`` is the text whose UTF-8 bytes were signed; ``card`` is the same, read.
    """
    found = PriceVersion.objects.filter(sku_id=sku_id)
    held = (
        found.filter(during__upper_inf=True) if version is None else found.filter(version=version)
    )
    row = held.first()
    if row is None or not row.card:
        raise NotFound("no_such_price", _("There is no such price."))
    return {
        "card": json.loads(row.card),
        "signed": row.card,
        "signature": row.signature,
        "key": {
            "id": row.key_id,
            "algorithm": card.ALGORITHM,
            "public": store.public_keys()[row.key_id],
        },
        "until": row.during.upper.astimezone(UTC).isoformat() if row.during.upper else None,
    }


def verify_card(document: Mapping[str, Any]) -> bool:
    """Whether a public card was signed by a key of this house, and says what was signed."""
    try:
        signed, key = str(document["signed"]), document["key"]
        public = store.public_keys().get(key["id"])
        if public is None or not card.verify(signed.encode(), document["signature"], public):
            return False
        said = json.loads(signed)
        return bool(said == document["card"] and said["key_id"] == key["id"])
    except (KeyError, TypeError, AttributeError, ValueError):
        return False  # whatever this is, it is no card


def audit_cards() -> list[tuple[int, int]]:
    """Prices that are not what their card says, or whose card nobody signed: SKU and version.

    Empty when all is well. It reads every price there ever was, a thousand at a time.
    """
    keys, wrong, after = store.public_keys(), [], 0
    while rows := store.cards(after, CARDS_MAX):
        for row in rows:
            public = keys.get(row.key_id, "")
            if not card.verify(row.card.encode(), row.signature, public) or not _agrees(row):
                wrong.append((row.sku_id, row.version))
        after = rows[-1].id
    return wrong


def rotate_key(now: datetime | None = None) -> str:
    """Let another key sign from now on; cards that the old one signed stay good."""
    return store.rotate_key(now or clock.now())


def _agrees(row: store.Kept) -> bool:
    said = json.loads(row.card)
    stands = {
        "sku_id": row.sku_id,
        "version": row.version,
        "price_fen": sum(row.parts.values()),
        "parts": row.parts,
    }
    same = {word: said[word] for word in stands} == stands
    return same and row.price_fen == said["price_fen"] and _compared(said) == row.middlemen_fen


def _compared(said: Mapping[str, Any]) -> int:
    return int(said["middlemen"]["price_fen"])
