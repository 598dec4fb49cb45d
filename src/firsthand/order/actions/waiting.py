"""The waiting list of an offer that is sold out: serving it, leaving it, ending it.

Joining is a press like any other (``settle``), and so is being served: whenever pieces come
free, a batch without presses gives them to those who stand first.
"""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from firsthand.kit import outbox
from firsthand.kit.errors import NotFound
from firsthand.offer import later
from firsthand.offer import store as offer
from firsthand.offer.rules import Standing, Terms, feed_of, standing
from firsthand.order import later as order_later
from firsthand.order import waiting
from firsthand.order.actions import settle
from firsthand.order.events import WaitingEnded
from firsthand.order.line import Why
from firsthand.order.models import Waiting
from firsthand.stock import store as stock

ENDED_AT_ONCE = 1_000  # in one transaction


def serve(offer_id: int, now: datetime) -> int:
    """Hold what is free of an offer for those who wait for it; if its sale is over, end its list.

    How many left the list; there may be more to do as long as it was not none.
    """
    terms = offer.terms([offer_id]).get(offer_id)
    if terms is None or not terms.waiting:
        return 0
    if standing(terms, now) is Standing.CLOSED:
        return _end_list(offer_id, now)
    return settle.serve(offer_id, now)


def leave(*, offer_id: int, person_id: int, now: datetime) -> Waiting:
    """Somebody does not want to wait any longer. Leaving twice changes nothing."""
    terms = _locked(offer_id)
    places = Waiting.objects.filter(offer_id=offer_id, person_id=person_id)
    place = places.filter(state=Waiting.State.WAITING).first()
    if place is None:
        left = places.filter(state=Waiting.State.LEFT).order_by("-id").first()
        if left is None:
            raise NotFound("not_on_the_list", _("You have no place on this waiting list."))
        return left
    waiting.end({place.pk: Why.LEFT.value}, now)
    if terms.left:  # he may have stood before somebody who wants fewer
        later.serve_waiting(offer_id)
    _gone(terms, Why.LEFT, {place.pk: place.quantity})
    place.refresh_from_db()
    return place


def _end_list(offer_id: int, now: datetime) -> int:
    terms = _locked(offer_id)
    if standing(terms, now) is not Standing.CLOSED:  # it was opened again, this instant
        return 0
    ended = waiting.close_list(offer_id, now, ENDED_AT_ONCE)
    if ended:
        order_later.tell_waiting(list(ended))
        _gone(terms, Why.CLOSED, ended)
    return len(ended)


def _gone(terms: Terms, why: Why, pieces: Mapping[int, int]) -> None:
    gone = sum(pieces.values())
    offer.wait({terms.offer_id: -gone})
    event = WaitingEnded(
        offer_id=terms.offer_id,
        sku_id=terms.sku_id,
        why=why.value,
        people=len(pieces),
        pieces=gone,
        waiting=terms.waiting - gone,
    )
    outbox.tell(feed_of(terms.show_id), [event])


def _locked(offer_id: int) -> Terms:
    """The offer's terms, read under its door, which is the door of its list as well."""
    sku_ids = offer.skus_of([offer_id]).get(offer_id)
    if sku_ids is None:
        raise NotFound("no_such_offer", _("There is no such offer."))
    stock.lock_on_offer(sku_ids)
    return offer.terms([offer_id])[offer_id]
