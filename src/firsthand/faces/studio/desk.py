"""What lies on the director's desk, read in a few queries and named for the templates.

The console, its refresh, the prompter and the plain pages all read this, so that two screens of
one crew never show two truths.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import Sku
from firsthand.faces.studio import store
from firsthand.faces.studio.clock import Clock, Stretch, clock, next_after
from firsthand.insight.questions import Wording, wordings
from firsthand.kit.clock import epoch_ms
from firsthand.kit.clock import now as this_instant
from firsthand.kit.errors import NotFound
from firsthand.look import things
from firsthand.offer.models import Offer
from firsthand.order import seats
from firsthand.order.seats import Tally
from firsthand.order.store import DepositTally, deposit_tallies
from firsthand.show.models import ChatLine, Cue, Segment, Show

CHAT_SHOWN = 60
QUESTIONS_READ, QUESTIONS_SHOWN = 60, 8
SKUS_AT_HAND = 60


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer as the table of the console shows it."""

    offer: Offer
    card: things.Card
    groups: Tally | None = None  # of a group-buy that had some
    deposits: DepositTally | None = None  # of a pre-sale that had some

    @property
    def is_open(self) -> bool:
        """Whether it is for sale."""
        return self.offer.state == Offer.State.OPEN


def find_show(show_id: int) -> Show:
    """The show, with its host and channel; a refusal if there is none."""
    show = Show.objects.select_related("host", "channel", "segment").filter(pk=show_id).first()
    if show is None:
        raise NotFound("no_such_show", _("There is no such show."))
    return show


class Desk:
    """One show, as its crew sees it now. Each part is read when a template asks for it."""

    def __init__(self, show: Show, now: datetime | None = None) -> None:
        self.show, self.now = show, now or this_instant()

    @cached_property
    def segments(self) -> list[Segment]:
        """The run sheet, in order, each with its points."""
        return list(
            self.show.segments.select_related("product", "offer__sku__product", "owner")
            .prefetch_related("points")
            .order_by("position")
        )

    @cached_property
    def stretches(self) -> list[Stretch]:
        """The run sheet as the clock needs it."""
        return [Stretch(one.pk, one.minutes, one.began_at is not None) for one in self.segments]

    @cached_property
    def clock(self) -> Clock:
        """How far the show is."""
        return clock(
            self.stretches,
            self.show.segment_id,
            on_air_at=self.show.on_air_at,
            segment_since=self.show.segment_since,
            now=self.show.ended_at or self.now,
        )

    @cached_property
    def current(self) -> Segment | None:
        """The segment that is on."""
        return next((one for one in self.segments if one.pk == self.show.segment_id), None)

    @cached_property
    def following(self) -> Segment | None:
        """The segment that comes next; None behind the last, and when the show is over."""
        if self.show.state == Show.State.ENDED:
            return None
        found = next_after(self.stretches, self.show.segment_id)
        return next((one for one in self.segments if one.pk == found), None)

    @cached_property
    def offers(self) -> list[OfferRow]:
        """What is on offer in the order of the run sheet, then what is on no segment."""
        offers = list(
            Offer.objects.filter(show_id=self.show.pk).select_related("sku__product").order_by("pk")
        )
        places = {one.offer_id: one.position for one in reversed(self.segments) if one.offer_id}
        cards = things.cards([offer.pk for offer in offers])
        together = [offer.pk for offer in offers if offer.kind == Offer.Kind.GROUP]
        fared = seats.tallies(together) if together else {}
        early = [offer.pk for offer in offers if offer.kind == Offer.Kind.PRESALE]
        paid = deposit_tallies(early) if early else {}
        rows = [
            OfferRow(offer, cards[offer.pk], fared.get(offer.pk), paid.get(offer.pk))
            for offer in offers
        ]
        return sorted(rows, key=lambda row: (places.get(row.offer.pk, 10**6), row.offer.pk))

    @cached_property
    def skus_at_hand(self) -> list[Sku]:
        """SKUs that a set may be made of: those on offer, and of the products in the run sheet."""
        products = {one.product_id for one in self.segments if one.product_id}
        offered = {row.offer.sku_id for row in self.offers}
        wanted = Q(product__in=products) | Q(pk__in=offered)
        skus = Sku.objects.filter(wanted, is_active=True).select_related("product")
        return list(skus.order_by("code")[:SKUS_AT_HAND])

    @cached_property
    def offer_at_hand(self) -> OfferRow | None:
        """The offer whose card "show card" shows: the current segment's."""
        wanted = self.current.offer_id if self.current else None
        return next((row for row in self.offers if row.offer.pk == wanted), None)

    @cached_property
    def card(self) -> Cue | None:
        """The card that viewers see, or will when they get there."""
        return self._standing(Cue.Kind.CARD, Cue.Kind.CARD_OFF)

    @cached_property
    def pinned(self) -> Cue | None:
        """The message that stands above the chat."""
        return self._standing(Cue.Kind.PIN, Cue.Kind.UNPIN)

    def _standing(self, shown: Cue.Kind, gone: Cue.Kind) -> Cue | None:
        cues = Cue.objects.filter(show=self.show, kind__in=[shown, gone])
        newest = cues.select_related("offer__sku__product").order_by("-at_ms", "-pk").first()
        return newest if newest and newest.kind == shown else None

    @cached_property
    def last_cue(self) -> Cue | None:
        """The newest cue that may still be taken back."""
        cues = Cue.objects.filter(show=self.show).exclude(kind=Cue.Kind.SEGMENT)
        return cues.order_by("-at_ms", "-pk").first()

    @cached_property
    def chat(self) -> list[ChatLine]:
        """The last lines of the chat, oldest first."""
        return _last_lines(ChatLine.objects.filter(show=self.show), CHAT_SHOWN)

    @cached_property
    def questions(self) -> tuple[Wording, ...]:
        """What people have asked lately: what most ask first, each question once."""
        asked = ChatLine.objects.filter(show=self.show, is_question=True, is_hidden=False)
        lately = _last_lines(asked, QUESTIONS_READ)
        return wordings((line.text for line in reversed(lately)), QUESTIONS_SHOWN)

    @cached_property
    def pulse(self) -> store.Pulse:
        """How it sells."""
        return store.pulse(self.show.pk, self.now)

    @cached_property
    def beat(self) -> list[dict[str, int]]:
        """Orders a minute, as bars: how many, and how high of a hundred."""
        minutes = store.beat(self.show.pk, self.now)
        most = max(minutes, default=0)
        return [{"orders": n, "height": -(-100 * n // most) if most else 0} for n in minutes]

    @property
    def ticking(self) -> dict[str, Any]:
        """What the page's clocks tick from, in epoch milliseconds."""
        since, began = self.show.segment_since, self.show.on_air_at
        ended = self.show.ended_at
        return {
            "now": epoch_ms(self.now),
            "began": epoch_ms(began) if began else 0,
            "ended": epoch_ms(ended) if ended else 0,
            "since": epoch_ms(since) if since else 0,
            "minutes": self.current.minutes if self.current else 0,
            "before": self._minutes_before(),
        }

    def _minutes_before(self) -> int:
        at = self.current.position if self.current else 0
        return sum(one.minutes for one in self.segments if one.position < at)


def _last_lines(lines: Any, at_most: int) -> list[ChatLine]:
    newest: Iterable[ChatLine] = lines.order_by("-said_at", "-pk")[:at_most]
    return list(newest)[::-1]
