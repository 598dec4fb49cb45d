"""Offers: what is for sale on a show (0: in the mall), and how many pieces of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from ninja import Router, Status
from pydantic import AwareDatetime, Field

from firsthand.catalogue.models import Sku
from firsthand.faces.api.gate import Asked, for_
from firsthand.faces.api.shapes import (
    ID_MAX,
    Both,
    Code,
    Given,
    Limit,
    Limited,
    Listed,
    PathId,
    Pieces,
    Skipped,
    Told,
    listed,
)
from firsthand.kit import clock
from firsthand.kit.errors import NotFound
from firsthand.offer import actions, bundle, group_buy, presale, store
from firsthand.offer.bundle import EACH_MAX, PARTS_MAX
from firsthand.offer.group_buy import MINUTES_MAX, SEATS_MAX
from firsthand.offer.models import MALL, Offer
from firsthand.offer.rules import PIECES_MAX, Part, Terms, unit_fen
from firsthand.order import seats
from firsthand.order.seats import Tally
from firsthand.order.store import NO_DEPOSITS, DepositTally, deposit_tallies
from firsthand.people.rules import Deed
from firsthand.price import store as prices
from firsthand.price.rules import PRICE_MAX_FEN
from firsthand.show.models import Show

router = Router(tags=["offers"])

ShowOrMall = Annotated[int, Field(ge=0, le=ID_MAX)]


Off = Annotated[
    int,
    Field(ge=0, le=PRICE_MAX_FEN, strict=True, description="Off one unit, out of the margin."),
]


class OfferGiven(Given):
    """Put a SKU on offer; QUANTITY pieces are released to it at once."""

    sku: Code
    limit_per_person: Limit = 5
    quantity: Annotated[int, Field(ge=0, le=PIECES_MAX, strict=True)] = 0
    discount_fen: Off = 0
    opens_at: AwareDatetime | None = None
    closes_at: AwareDatetime | None = None


class PartGiven(Given):
    """So many pieces of a SKU in each bundle."""

    sku: Code
    each: Annotated[int, Field(ge=1, le=EACH_MAX, strict=True)] = 1


class BundleGiven(Given):
    """Put several SKUs on offer as one; QUANTITY whole bundles are released to it at once."""

    parts: Annotated[list[PartGiven], Field(min_length=2, max_length=PARTS_MAX)]
    name_zh: Annotated[str, Field(max_length=120)] = ""
    name_en: Annotated[str, Field(max_length=120)] = ""
    limit_per_person: Limit = 5
    quantity: Annotated[int, Field(ge=0, le=PIECES_MAX, strict=True)] = 0
    discount_fen: Off = 0
    opens_at: AwareDatetime | None = None
    closes_at: AwareDatetime | None = None


class GroupBuyGiven(Given):
    """Put a SKU on offer to groups: so many people within so many minutes, each for less."""

    sku: Code
    group_size: Annotated[int, Field(ge=2, le=SEATS_MAX, strict=True)]
    group_minutes: Annotated[int, Field(ge=1, le=MINUTES_MAX, strict=True)]
    discount_fen: Annotated[int, Field(ge=0, le=ID_MAX, strict=True)] = 0
    limit_per_person: Limit = 1
    quantity: Annotated[int, Field(ge=0, le=PIECES_MAX, strict=True)] = 0
    opens_at: AwareDatetime | None = None
    closes_at: AwareDatetime | None = None


class PiecesGiven(Given):
    """So many pieces."""

    quantity: Pieces


class LimitGiven(Given):
    """So many for one person."""

    limit_per_person: Limit


class TimesGiven(Given):
    """When one may buy: from OPENS_AT on (null: at once), until CLOSES_AT (null: without end)."""

    opens_at: AwareDatetime | None
    closes_at: AwareDatetime | None


class PresaleGiven(Given):
    """Put a SKU on pre-sale: a deposit now, the balance by a date, and what becomes of it."""

    sku: Code
    deposit_fen: Annotated[int, Field(ge=1, le=ID_MAX, strict=True)]
    balance_due_at: AwareDatetime
    balance_opens_at: AwareDatetime | None = None
    deposit_is_kept: Annotated[
        bool,
        Field(description="Keep the deposit of who does not go on; it is shown before he presses."),
    ] = False
    discount_fen: Off = 0
    limit_per_person: Limit = 5
    quantity: Annotated[int, Field(ge=0, le=PIECES_MAX, strict=True)] = 0
    opens_at: AwareDatetime | None = None
    closes_at: AwareDatetime | None = None


class PresaleTold(Told):
    """The terms of a pre-sale, of one unit."""

    deposit_fen: int
    deposit_is_kept: bool
    balance_fen: int | None
    balance_opens_at: datetime | None
    balance_due_at: datetime
    deposits: int  # paid
    deposits_fen: int
    balances: int  # of these, orders that were paid in full
    kept: int  # deposits of those who did not go on, by the rule
    kept_fen: int


class PartTold(Told):
    """So many pieces of a SKU in each bundle."""

    sku: str
    product: Both
    each: int
    price_fen: int | None


class GroupsTold(Told):
    """The terms of a group-buy, and how its groups fared."""

    size: int
    minutes: int
    opened: int
    forming: int
    formed: int
    expired: int
    paid: int  # orders sold in groups that formed
    brought: int  # of these, by people who joined and did not open


class OfferTold(Told):
    """An offer: of RELEASED units so many are TAKEN, so many LEFT; for WAITING people wait.

    PRICE_FEN is that of one unit, with what is off taken off. A bundle's units are whole
    bundles; its ``sku`` is the one that it is shown by.
    """

    id: int
    show_id: int
    sku: str
    product: Both
    sku_name: Both
    state: str
    limit_per_person: int
    opens_at: datetime | None
    closes_at: datetime | None
    released: int
    taken: int
    left: int
    waiting: int
    price_fen: int | None  # of one unit, DISCOUNT_FEN off
    price_version: int | None
    kind: str
    name: Both
    discount_fen: int
    parts: list[PartTold]
    group: GroupsTold | None = None  # of a group-buy
    presale: PresaleTold | None = None


def offers_told(offers: list[Offer]) -> list[OfferTold]:
    """Offers as they are answered; the prices of all in one query."""
    prefetch_related_objects(offers, "parts__sku__product")
    tags = prices.current(
        {offer.sku_id for offer in offers}
        | {part.sku_id for offer in offers for part in offer.parts.all()}
    )
    terms = store.terms(offer.pk for offer in offers)
    together = [offer.pk for offer in offers if offer.kind == Offer.Kind.GROUP]
    fared = seats.tallies(together) if together else {}
    early = [offer.pk for offer in offers if offer.kind == Offer.Kind.PRESALE]
    paid = deposit_tallies(early) if early else {}
    return [
        _told(offer, terms[offer.pk], tags, fared.get(offer.pk), paid.get(offer.pk))
        for offer in offers
    ]


def _groups_told(offer: Offer, fared: Tally | None) -> GroupsTold | None:
    if offer.kind != Offer.Kind.GROUP:
        return None
    fared = fared or Tally(0, 0, 0, 0, 0, 0)
    return GroupsTold(size=offer.group_size, minutes=offer.group_minutes, **fared._asdict())


def _presale_told(
    offer: Offer, price_fen: int | None, fared: DepositTally | None
) -> PresaleTold | None:
    if offer.kind != Offer.Kind.PRESALE or offer.balance_due_at is None:
        return None
    return PresaleTold(
        deposit_fen=offer.deposit_fen,
        deposit_is_kept=offer.deposit_is_kept,
        balance_fen=None if price_fen is None else price_fen - offer.deposit_fen,
        balance_opens_at=offer.balance_opens_at,
        balance_due_at=offer.balance_due_at,
        **(fared or NO_DEPOSITS)._asdict(),
    )


def _told(
    offer: Offer,
    terms: Terms,
    tags: Mapping[int, prices.PriceTag],
    fared: Tally | None,
    deposits: DepositTally | None,
) -> OfferTold:
    product, tag = offer.sku.product, tags.get(offer.sku_id)
    return OfferTold(
        id=offer.pk,
        show_id=offer.show_id,
        sku=offer.sku.code,
        product=Both(zh=product.name_zh, en=product.name_en),
        sku_name=Both(zh=offer.sku.name_zh, en=offer.sku.name_en),
        state=offer.state,
        limit_per_person=offer.limit_per_person,
        opens_at=offer.opens_at,
        closes_at=offer.closes_at,
        released=offer.released,
        taken=offer.taken,
        left=offer.released - offer.taken,
        waiting=offer.waiting,
        price_fen=unit_fen(terms, tags),
        price_version=tag.version if tag else None,
        kind=offer.kind,
        name=Both(zh=offer.name_zh, en=offer.name_en),
        discount_fen=offer.discount_fen,
        parts=[
            PartTold(
                sku=part.sku.code,
                product=Both(zh=part.sku.product.name_zh, en=part.sku.product.name_en),
                each=part.each,
                price_fen=tags[part.sku_id].price_fen if part.sku_id in tags else None,
            )
            for part in offer.parts.all()
        ],
        group=_groups_told(offer, fared),
        presale=_presale_told(offer, unit_fen(terms, tags), deposits),
    )


def _told_of(offer_id: int) -> OfferTold:
    offers = Offer.objects.select_related("sku__product").filter(pk=offer_id)
    told = offers_told(list(offers))
    if not told:
        raise NotFound("no_such_offer", _("There is no such offer."))
    return told[0]


def _show_or_mall(show_id: int) -> None:
    if show_id != MALL and not Show.objects.filter(pk=show_id).exists():
        raise NotFound("no_such_show", _("There is no such show."))


@router.get("/shows/{show_id}/offers", response=Listed[OfferTold], summary="List offers", **for_())
def list_offers(
    request: Asked, show_id: ShowOrMall, limit: Limited = 50, skip: Skipped = 0
) -> Listed[OfferTold]:
    """What is on offer on a show; show 0 is the mall."""
    _show_or_mall(show_id)
    rows = Offer.objects.filter(show_id=show_id).select_related("sku__product").order_by("pk")
    page = offers_told(list(rows[skip : skip + limit]))
    return listed(page, limit, skip, lambda told: told, total=rows.count())


@router.post(
    "/shows/{show_id}/offers",
    response={201: OfferTold},
    summary="Put a SKU on offer",
    **for_(Deed.STOCK_RELEASE),
)
def open_offer(request: Asked, show_id: ShowOrMall, body: OfferGiven) -> Status[OfferTold]:
    """It needs a published price; the pieces need days on the promise ladder."""
    _show_or_mall(show_id)
    sku_id = _sku_named(body.sku)
    with transaction.atomic():
        ids = actions.open_many(
            show_id=show_id,
            lines=[actions.Line(sku_id, body.limit_per_person, body.quantity, body.discount_fen)],
            opens_at=body.opens_at,
            closes_at=body.closes_at,
            by=request.auth.pk,
        )
    return Status(201, _told_of(ids[sku_id]))


@router.post(
    "/shows/{show_id}/bundles",
    response={201: OfferTold},
    summary="Put several SKUs on offer as one",
    **for_(Deed.STOCK_RELEASE),
)
def open_bundle(request: Asked, show_id: ShowOrMall, body: BundleGiven) -> Status[OfferTold]:
    """All of them or none to each buyer. It is shown by the first; its parts never change."""
    _show_or_mall(show_id)
    codes = [part.sku for part in body.parts]
    skus = dict(Sku.objects.filter(code__in=codes).values_list("code", "pk"))
    for code in codes:
        if code not in skus:
            raise NotFound("no_such_sku", _("There is no such SKU."), fields={"sku": code})
    with transaction.atomic():
        offer = bundle.open_bundle(
            show_id=show_id,
            parts=[Part(skus[part.sku], part.each) for part in body.parts],
            name_zh=body.name_zh,
            name_en=body.name_en,
            discount_fen=body.discount_fen,
            limit_per_person=body.limit_per_person,
            quantity=body.quantity,
            opens_at=body.opens_at,
            closes_at=body.closes_at,
            by=request.auth.pk,
        )
    return Status(201, _told_of(offer.pk))


@router.post(
    "/shows/{show_id}/presales",
    response={201: OfferTold},
    summary="Put a SKU on pre-sale",
    **for_(Deed.STOCK_RELEASE),
)
def open_presale(request: Asked, show_id: ShowOrMall, body: PresaleGiven) -> Status[OfferTold]:
    """Its pieces need days on the promise ladder after the last day of the balance."""
    _show_or_mall(show_id)
    sku_id = _sku_named(body.sku)
    with transaction.atomic():
        opened = presale.open_presale(
            show_id=show_id,
            sku_id=sku_id,
            now=clock.now(),
            by=request.auth.pk,
            **body.model_dump(exclude={"sku"}),
        )
    return Status(201, _told_of(opened.pk))


@router.post(
    "/shows/{show_id}/group-buys",
    response={201: OfferTold},
    summary="Open a group-buy",
    **for_(Deed.STOCK_RELEASE),
)
def open_group_buy(request: Asked, show_id: ShowOrMall, body: GroupBuyGiven) -> Status[OfferTold]:
    """It may stand beside the plain offer of its SKU; what is off never goes below the floor."""
    _show_or_mall(show_id)
    sku_id = _sku_named(body.sku)
    with transaction.atomic():
        opened = group_buy.open_group_buy(
            show_id=show_id,
            sku_id=sku_id,
            by=request.auth.pk,
            **body.model_dump(exclude={"sku"}),
        )
    return Status(201, _told_of(opened.pk))


@router.get("/offers/{offer_id}", response=OfferTold, summary="Read an offer", **for_())
def read_offer(request: Asked, offer_id: PathId) -> OfferTold:
    """One offer."""
    return _told_of(offer_id)


@router.post(
    "/offers/{offer_id}/release",
    response=OfferTold,
    summary="Release more pieces",
    **for_(Deed.STOCK_RELEASE),
)
def release(request: Asked, offer_id: PathId, body: PiecesGiven) -> OfferTold:
    """From the shelves first, then from the factory's schedule."""
    with transaction.atomic():
        actions.release(offer_id=offer_id, quantity=body.quantity, by=request.auth.pk)
    return _told_of(offer_id)


@router.post(
    "/offers/{offer_id}/withdraw",
    response=OfferTold,
    summary="Withdraw pieces",
    **for_(Deed.STOCK_RELEASE),
)
def withdraw(request: Asked, offer_id: PathId, body: PiecesGiven) -> OfferTold:
    """Pieces that nobody has taken go back to where they came from."""
    with transaction.atomic():
        actions.withdraw(offer_id=offer_id, quantity=body.quantity, by=request.auth.pk)
    return _told_of(offer_id)


@router.post(
    "/offers/{offer_id}/limit",
    response=OfferTold,
    summary="Set the limit for one person",
    **for_(Deed.STOCK_RELEASE),
)
def set_limit(request: Asked, offer_id: PathId, body: LimitGiven) -> OfferTold:
    """What somebody has already is not taken away."""
    with transaction.atomic():
        actions.set_limit(
            offer_id=offer_id, limit_per_person=body.limit_per_person, by=request.auth.pk
        )
    return _told_of(offer_id)


@router.post(
    "/offers/{offer_id}/times",
    response=OfferTold,
    summary="Set when the sale begins and ends",
    **for_(Deed.STOCK_RELEASE),
)
def set_times(request: Asked, offer_id: PathId, body: TimesGiven) -> OfferTold:
    """They are told ahead; the server's clock decides. They may be moved while the sale goes on."""
    with transaction.atomic():
        actions.set_times(
            offer_id=offer_id,
            opens_at=body.opens_at,
            closes_at=body.closes_at,
            by=request.auth.pk,
        )
    return _told_of(offer_id)


@router.post(
    "/offers/{offer_id}/close",
    response=OfferTold,
    summary="Close an offer",
    **for_(Deed.STOCK_RELEASE),
)
def close_offer(request: Asked, offer_id: PathId) -> OfferTold:
    """What nobody has taken goes back. Closing twice changes nothing."""
    with transaction.atomic():
        actions.close_offer(offer_id=offer_id, by=request.auth.pk)
    return _told_of(offer_id)


def _sku_named(code: str) -> int:
    sku_id = Sku.objects.filter(code=code).values_list("pk", flat=True).first()
    if sku_id is None:
        raise NotFound("no_such_sku", _("There is no such SKU."))
    return sku_id
