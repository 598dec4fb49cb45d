"""Open prices and promises: what a SKU costs part by part, its signed card, by when it ships.

Everybody may read these, signed in or not: an open price that one has to ask for is none.
"""

from datetime import date, datetime
from typing import Annotated, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from pydantic import Field

from firsthand.catalogue.models import Sku
from firsthand.faces.api.gate import Asked, for_, for_all, measure
from firsthand.faces.api.shapes import Given, Id, Limited, Listed, RungTold, Skipped, Told, listed
from firsthand.kit.errors import NotFound
from firsthand.offer.rules import PIECES_MAX
from firsthand.order.quotes import days
from firsthand.people.rules import Deed
from firsthand.price import actions
from firsthand.price.models import PARTS, PriceVersion
from firsthand.price.rules import PRICE_MAX_FEN
from firsthand.promise import store as promise
from firsthand.show.models import Show

router = Router(tags=["prices and promises"])

CodePath = Annotated[str, Field(min_length=1, max_length=40)]
Quantity = Annotated[int, Query(ge=1, le=PIECES_MAX)]
Fen = Annotated[int, Field(ge=1, le=PRICE_MAX_FEN, strict=True)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000, strict=True)]


class PriceTold(Told):
    """A published price and its parts; UNTIL is none while it holds."""

    sku: str
    version: int
    price_fen: int
    currency: str
    parts: dict[str, int]
    middlemen_fen: int
    reason: str
    since: datetime
    until: datetime | None
    key_id: str


class CardKey(Told):
    """The public half of the key that signed."""

    id: str
    algorithm: str
    public: str


class CardTold(Told):
    """A signed cost card: SIGNED is the text whose bytes were signed; CARD is the same, read."""

    card: dict[str, Any]
    signed: str
    signature: str
    key: CardKey
    until: str | None


class CardGiven(Given):
    """A card to be checked."""

    card: dict[str, Any]
    signed: Annotated[str, Field(max_length=20_000)]
    signature: Annotated[str, Field(max_length=200)]
    key: dict[str, Any]
    until: str | None = None


class Verdict(Told):
    """Whether a key of this house signed the card, and it says what was signed."""

    genuine: bool


class PriceGiven(Given):
    """A price, or the margin from which it follows; on a show's air if SHOW_ID is named."""

    price_fen: Fen | None = None
    margin_bp: BasisPoints | None = None
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    show_id: Id | None = None


class WhatIfGiven(Given):
    """A price that is only tried."""

    price_fen: Fen | None = None
    margin_bp: BasisPoints | None = None


class WhatIfTold(Told):
    """What it would be made of; BREACH says what it would break."""

    price_fen: int
    parts: dict[str, int]
    middlemen_fen: int
    breach: str | None
    lowest_fen: int
    highest_fen: int


class LadderTold(Told):
    """The days by which a SKU ships, and how many pieces each has free."""

    sku: str
    free: int
    rungs: list[RungTold]


class QuoteTold(Told):
    """By which day so many pieces would ship, together; none if no day holds them all."""

    sku: str
    quantity: int
    ship_by: date | None
    source: str | None
    price_fen: int | None


def price_told(row: PriceVersion, code: str) -> PriceTold:
    """A price as it is answered."""
    return PriceTold(
        sku=code,
        version=row.version,
        price_fen=row.price_fen,
        currency=row.currency,
        parts={part: getattr(row, part) for part in PARTS},
        middlemen_fen=row.middlemen_fen,
        reason=row.reason,
        since=row.during.lower,
        until=row.during.upper,
        key_id=row.key_id,
    )


def _sku(code: str) -> Sku:
    sku = Sku.objects.filter(code=code).first()
    if sku is None:
        raise NotFound("no_such_sku", _("There is no such SKU."))
    return sku


def _current(sku: Sku) -> PriceVersion:
    row = PriceVersion.objects.filter(sku=sku, during__upper_inf=True).first()
    if row is None:
        raise NotFound("no_such_price", _("There is no such price."))
    return row


@router.get(
    "/skus/{code}/price", response=PriceTold, summary="Read the price that holds", **for_all()
)
def read_price(request: Asked, code: CodePath) -> PriceTold:
    """Part by part."""
    sku = _sku(code)
    return price_told(_current(sku), sku.code)


@router.get(
    "/skus/{code}/prices",
    response=Listed[PriceTold],
    summary="List the prices there were, newest first",
    **for_all(),
)
def list_prices(
    request: Asked, code: CodePath, limit: Limited = 20, skip: Skipped = 0
) -> Listed[PriceTold]:
    """With the reason for each."""
    sku = _sku(code)
    rows = PriceVersion.objects.filter(sku=sku).order_by("-version")
    return listed(rows, limit, skip, lambda row: price_told(row, sku.code))


@router.get(
    "/skus/{code}/card", response=CardTold, summary="Read the signed cost card", **for_all()
)
def read_card(
    request: Asked,
    code: CodePath,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> CardTold:
    """The card that holds, or that of a version."""
    return CardTold.model_validate(actions.cost_card(_sku(code).pk, version))


@router.post("/cards/verify", response=Verdict, summary="Check a signed cost card", **for_all())
def verify_card(request: Asked, body: CardGiven) -> Verdict:
    """It reads only; anybody can do the same with the public key alone."""
    measure(request)
    return Verdict(genuine=actions.verify_card(body.model_dump()))


@router.post(
    "/skus/{code}/prices",
    response={201: PriceTold},
    summary="Publish a price",
    **for_(Deed.PRICE_CHANGE),
)
def publish_price(request: Asked, code: CodePath, body: PriceGiven) -> Status[PriceTold]:
    """Refused if it breaks the pledge or the floor; the refusal says between which it may lie."""
    sku = _sku(code)
    if body.show_id is not None and not Show.objects.filter(pk=body.show_id).exists():
        raise NotFound("no_such_show", _("There is no such show."))
    with transaction.atomic():
        actions.publish_price(
            sku.pk,
            price_fen=body.price_fen,
            margin_bp=body.margin_bp,
            reason=body.reason,
            by=request.auth.pk,
            feeds=[f"show:{body.show_id}"] if body.show_id else [],
        )
    return Status(201, price_told(_current(sku), sku.code))


@router.post(
    "/skus/{code}/prices/what-if",
    response=WhatIfTold,
    summary="Try a price",
    **for_(Deed.PRICE_CHANGE),
)
def what_if(request: Asked, code: CodePath, body: WhatIfGiven) -> WhatIfTold:
    """Nothing is published."""
    found = actions.what_if(_sku(code).pk, margin_bp=body.margin_bp, price_fen=body.price_fen)
    return WhatIfTold(
        price_fen=found.price.price_fen,
        parts=found.price.parts,
        middlemen_fen=found.middlemen_fen,
        breach=found.breach.value if found.breach else None,
        lowest_fen=found.lowest_fen,
        highest_fen=found.highest_fen,
    )


@router.get(
    "/skus/{code}/ladder", response=LadderTold, summary="Read the promise ladder", **for_all()
)
def read_ladder(request: Asked, code: CodePath) -> LadderTold:
    """The days by which pieces ship that nobody has taken yet."""
    sku = _sku(code)
    rungs = days(promise.ladders([sku.pk])[sku.pk])
    return LadderTold(
        sku=sku.code,
        free=sum(rung.free for rung in rungs),
        rungs=[RungTold.model_validate(rung) for rung in rungs],
    )


@router.get(
    "/skus/{code}/quote",
    response=QuoteTold,
    summary="Ask by when so many pieces would ship",
    **for_all(),
)
def read_quote(request: Asked, code: CodePath, quantity: Quantity = 1) -> QuoteTold:
    """Before paying, and before pressing anything."""
    sku = _sku(code)
    quote = promise.quote(sku.pk, quantity)
    row = PriceVersion.objects.filter(sku=sku, during__upper_inf=True).first()
    return QuoteTold(
        sku=sku.code,
        quantity=quantity,
        ship_by=quote.ship_by if quote else None,
        source=quote.source if quote else None,
        price_fen=row.price_fen * quantity if row else None,
    )
