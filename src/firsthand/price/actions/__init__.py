"""What can be done with a price: publish one, or many; show its card; check cards; change keys."""

from firsthand.price.actions.cards import audit_cards, cost_card, rotate_key, verify_card
from firsthand.price.actions.publishing import (
    FEED,
    WhatIf,
    publish_many,
    publish_price,
    what_if,
)

__all__ = [
    "FEED",
    "WhatIf",
    "audit_cards",
    "cost_card",
    "publish_many",
    "publish_price",
    "rotate_key",
    "verify_card",
    "what_if",
]
