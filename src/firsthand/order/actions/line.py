"""What a batch has done to the waiting lists, written and told."""

from datetime import datetime

from firsthand.kit import outbox
from firsthand.offer import later
from firsthand.offer import store as offer
from firsthand.offer.rules import Terms, feed_of
from firsthand.order import later as order_later
from firsthand.order import waiting
from firsthand.order.events import PeopleWait, WaitingEnded, WaitingServed
from firsthand.order.line import Line
from firsthand.order.rules import Counter

News = dict[str, list[outbox.Event]]


def write(counter: Counter, now: datetime, news: News) -> None:
    """Who was served, ended or joined is written, and put with the NEWS of the batch."""
    changed = {
        offer_id: line
        for offer_id, line in sorted(counter.lines.items())
        if line.served or line.ended or line.joined
    }
    waiting.write(changed.values(), now)
    more: dict[int, int] = {}
    for offer_id, line in changed.items():
        terms = counter.terms[offer_id]
        more[offer_id] = line.pieces - terms.waiting
        news[feed_of(terms.show_id)].extend(_news_of(terms, line))
        order_later.tell_waiting(
            [one.waiter.waiting_id for one in line.served]
            + [one.waiter.waiting_id for one in line.ended]
        )
        is_free = terms.left > counter.taken.get(offer_id, 0)
        if line.pieces and is_free and line.gone_people == len(line.first):
            later.serve_waiting(offer_id)  # more of them can be served than were looked at
    offer.wait({offer_id: pieces for offer_id, pieces in more.items() if pieces})


def _news_of(terms: Terms, line: Line) -> list[outbox.Event]:
    news: list[outbox.Event] = []
    offer_id, sku_id, left = terms.offer_id, terms.sku_id, terms.waiting
    if line.served:
        pieces = sum(one.press.quantity for one in line.served)
        left -= pieces
        news.append(WaitingServed(offer_id, sku_id, len(line.served), pieces, left))
    for why in sorted({one.why for one in line.ended}):
        some = [one.waiter.press.quantity for one in line.ended if one.why is why]
        left -= sum(some)
        news.append(WaitingEnded(offer_id, sku_id, why.value, len(some), sum(some), left))
    if line.joined:
        pieces = sum(press.quantity for press in line.joined)
        left += pieces
        news.append(PeopleWait(offer_id, sku_id, len(line.joined), pieces, left))
    return news
