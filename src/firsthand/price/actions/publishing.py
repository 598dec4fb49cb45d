"""Publishing a price, or many; and what a price would be made of.

A price is published only if its margin keeps the pledge and it covers cost and tax; it is
signed in the same transaction. What it is made of comes from the factory's own bill of
material and routing, at the moment of publishing: nobody types a cost sheet.

Locks: SKUs by id (their price), then the feeds by name.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from firsthand.factory import store as factory
from firsthand.factory.actions import in_words
from firsthand.factory.impossible import Impossible
from firsthand.kit import clock, outbox
from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.kit.log import get_logger
from firsthand.kit.money import CURRENCY, yuan
from firsthand.price import card, rules, store
from firsthand.price.events import PricePublished
from firsthand.price.rules import Breach, CostSheet, OpenPrice, Policy
from firsthand.price.store import Priced, Published

FEED = "price"
REASON_MAX = 200
SKUS_MAX = 20_000  # in one publishing

log = get_logger(__name__)


def publish_price(
    sku_id: int,
    *,
    reason: str,
    by: int | None,
    margin_bp: int | None = None,
    price_fen: int | None = None,
    feeds: Sequence[str] = (),
    now: datetime | None = None,
) -> PricePublished:
    """Let a SKU sell for something else from this instant; tell FEEDS and ``price`` why.

    Either a margin is named (the policy's, if nothing is), from which the price follows; or
    the price itself, from which the margin follows. Refused: what breaks the pledge, what
    does not cover cost and tax, and what is the price already.
    """
    _check_words(reason, margin_bp, price_fen)
    policy = store.policy()
    locked = store.lock_skus([sku_id])
    if not locked:
        raise NotFound("no_such_sku", _("There is no such SKU."))
    [sku] = locked
    sheets = _sheets(locked, policy)
    if sku_id not in sheets:
        raise Refusal(
            "no_cost_sheet",
            _("It has no bill of material and no routing, and so there is no cost sheet."),
        )
    price = _wanted(sheets[sku_id], policy, margin_bp, price_fen)
    _check(price, policy)
    events = _publish([(sku, price)], policy, reason, by, now)
    if not events:
        raise Refusal("price_unchanged", _("That is the price already."))
    _tell(events, feeds)
    return events[0]


def publish_many(
    sku_ids: Iterable[int],
    *,
    reason: str,
    by: int | None,
    margin_bp: int | None = None,
    feeds: Sequence[str] = (),
    now: datetime | None = None,
) -> list[PricePublished]:
    """Publish the prices of many SKUs with one margin; a fixed number of statements.

    SKUs whose price stays as it is are left alone, and so are those without a cost sheet.
    """
    wanted = set(sku_ids)
    _check_words(reason, margin_bp, None)
    if len(wanted) > SKUS_MAX:
        raise Invalid("too_many", _("That are too many SKUs at once."), fields={"most": SKUS_MAX})
    policy = store.policy()
    locked = store.lock_skus(wanted)
    sheets = _sheets(locked, policy)
    prices = [
        (sku, _wanted(sheets[sku.id], policy, margin_bp, None))
        for sku in locked
        if sku.id in sheets
    ]
    for _sku, price in prices:
        _check(price, policy)
    events = _publish(prices, policy, reason, by, now)
    log.info("prices_published", prices=len(events), asked=len(wanted), sheets=len(sheets))
    _tell(events, feeds)
    return events


def what_if(sku_id: int, *, margin_bp: int | None = None, price_fen: int | None = None) -> "WhatIf":
    """What a price would be made of, whether it may be published, and between which it may lie."""
    _check_words("-", margin_bp, price_fen)
    policy = store.policy()
    sheets = _sheets(store.priced(sku_id), policy)
    if sku_id not in sheets:
        raise NotFound("no_cost_sheet", _("There is no cost sheet for it."))
    cost = sheets[sku_id]
    price = _wanted(cost, policy, margin_bp, price_fen)
    return WhatIf(
        price=price,
        breach=rules.breach(price, policy),
        lowest_fen=rules.lowest_fen(cost, policy),
        highest_fen=rules.highest_fen(cost, policy),
        middlemen_fen=rules.through_middlemen(price, policy) if price.margin_fen >= 0 else 0,
    )


class WhatIf(NamedTuple):
    """A price that was not published."""

    price: OpenPrice
    breach: Breach | None
    lowest_fen: int
    highest_fen: int
    middlemen_fen: int


def _sheets(skus: Sequence[Priced], policy: Policy) -> dict[int, CostSheet]:
    try:
        makings = factory.making([sku.id for sku in skus])
    except Impossible as why:
        raise Refusal(
            "no_cost_sheet",
            format_lazy(_("The bill of material cannot be rolled up: {why}."), why=in_words(why)),
        ) from why
    return {
        sku.id: rules.cost_sheet(makings[sku.id], sku.weight_g, policy)
        for sku in skus
        if sku.id in makings
    }


def _wanted(
    cost: CostSheet, policy: Policy, margin_bp: int | None, price_fen: int | None
) -> OpenPrice:
    if price_fen is not None:
        return rules.priced_at(cost, price_fen, policy)
    if margin_bp is not None and margin_bp > policy.pledge_bp:
        raise _refusal(Breach.PLEDGE, cost, policy)
    if margin_bp is not None and margin_bp < 0:
        raise _refusal(Breach.FLOOR, cost, policy)
    # Where the policy asks for more than the pledge allows, the pledge stands.
    asked_bp = policy.margin_bp if margin_bp is None else margin_bp
    return rules.reckon(cost, policy, margin_bp=min(asked_bp, policy.pledge_bp))


def _check(price: OpenPrice, policy: Policy) -> None:
    broken = rules.breach(price, policy)
    if broken is not None:
        raise _refusal(broken, price.cost, policy)


def _refusal(broken: Breach, cost: CostSheet, policy: Policy) -> Refusal:
    lowest, highest = rules.lowest_fen(cost, policy), rules.highest_fen(cost, policy)
    if broken is Breach.PLEDGE:
        sentence = _(
            "That would break our pledge: we keep at most {pledge} % of what it costs. The"
            " highest price is {highest} yuan."
        )
    else:
        sentence = _(
            "That does not cover what it costs, and the tax. The lowest price is {lowest} yuan."
        )
    return Refusal(
        broken.value,
        format_lazy(
            sentence,
            pledge=f"{policy.pledge_bp / 100:g}",
            lowest=yuan(lowest),
            highest=yuan(highest),
        ),
        fields={
            "lowest_fen": lowest,
            "highest_fen": highest,
            "pledge_bp": policy.pledge_bp,
            "cost_fen": cost.total_fen,
        },
    )


def _publish(
    prices: Sequence[tuple[Priced, OpenPrice]],
    policy: Policy,
    reason: str,
    by: int | None,
    now: datetime | None,
) -> list[PricePublished]:
    """Sign and write those prices that change; what is to be told of them."""
    sku_ids = [sku.id for sku, _price in prices]
    standing, versions = store.standing(sku_ids), store.last_versions(sku_ids)
    changed = [
        (sku, price)
        for sku, price in prices
        if sku.id not in standing or standing[sku.id].parts != price.parts
    ]
    if not changed:
        return []
    at = now or clock.now()  # read under the lock: the transaction's start may be older
    signer = _signer()
    new, events = [], []
    for sku, price in changed:
        before = standing.get(sku.id)
        # Never before the price that it ends, even if a clock was set back meanwhile.
        since = max(at, before.since + timedelta(microseconds=1)) if before else at
        version = versions.get(sku.id, 0) + 1
        middlemen_fen = rules.through_middlemen(price, policy)
        words = _card(sku, version, since, price, middlemen_fen, policy, reason, signer.key_id)
        text = card.canonical(words)
        new.append(
            Published(
                sku.id, version, since, price, middlemen_fen, text.decode(), signer.sign(text)
            )
        )
        events.append(
            PricePublished(
                sku_id=sku.id,
                price_version=version,
                parts=price.parts,
                price_fen=price.price_fen,
                middlemen_fen=middlemen_fen,
                was_fen=before.price_fen if before else None,
                reason=reason,
                by=by,
                floor_fen=rules.lowest_fen(price.cost, policy),
            )
        )
    store.publish(
        new,
        assumptions=rules.assumptions(policy),
        reason=reason,
        by=by,
        key_id=signer.key_id,
    )
    return events


def _card(
    sku: Priced,
    version: int,
    since: datetime,
    price: OpenPrice,
    middlemen_fen: int,
    policy: Policy,
    reason: str,
    key_id: str,
) -> dict[str, Any]:
    return {
        "kind": card.KIND,
        "format": card.FORMAT,
        "sku": sku.code,
        "sku_id": sku.id,
        "name": {
            "zh": f"{sku.product_zh} {sku.name_zh}".strip(),
            "en": f"{sku.product_en} {sku.name_en}".strip(),
        },
        "version": version,
        "since": since.astimezone(UTC).isoformat(),
        "currency": CURRENCY,
        "parts": price.parts,
        "price_fen": price.price_fen,
        "pledge_bp": policy.pledge_bp,
        "tax_bp": policy.tax_bp,
        "middlemen": {"price_fen": middlemen_fen, "assumptions": rules.assumptions(policy)},
        "reason": reason,
        "key_id": key_id,
    }


def _signer() -> card.Signer:
    try:
        return store.signer()
    except card.CannotOpen as why:
        raise Refusal(
            "key_closed",
            _(
                "The key that signs prices was made under another secret of the house and does"
                " not open. Let another key sign from now on."
            ),
        ) from why


def _tell(events: Sequence[PricePublished], feeds: Sequence[str]) -> None:
    if events:
        for feed in sorted({FEED, *feeds}):
            outbox.tell(feed, events)


def _check_words(reason: str, margin_bp: int | None, price_fen: int | None) -> None:
    if not reason.strip():
        raise Invalid("no_reason", _("A price is changed for a reason; say which."))
    if len(reason) > REASON_MAX:
        raise Invalid("long_reason", _("The reason is too long."), fields={"most": REASON_MAX})
    if margin_bp is not None and price_fen is not None:
        raise Invalid("margin_or_price", _("Name a margin or a price, not both."))
    if price_fen is not None and not 1 <= price_fen <= rules.PRICE_MAX_FEN:
        raise Invalid("bad_price", _("That is no price."), fields={"most": rules.PRICE_MAX_FEN})
