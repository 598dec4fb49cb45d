"""What people are told when the answer is no, and what came of a payment, in their language."""

from collections.abc import Mapping

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firsthand.kit.errors import Busy, Invalid, NotFound, Refusal, TooOften
from firsthand.kit.money import yuan
from firsthand.order.due import balance_fen
from firsthand.order.models import Group, Order, Waiting
from firsthand.order.rules import Answer, Outcome
from firsthand.order.store import AT_RISK, BALANCE_OPEN

_NO: Mapping[Outcome, tuple[int, Promise]] = {
    Outcome.SOLD_OUT: (409, _("Sold out.")),
    Outcome.LIST_FULL: (409, _("Sold out, and the waiting list is full.")),
    Outcome.NO_LIST: (409, _("Sold out. There is no waiting list for this offer.")),
    Outcome.OVER_LIMIT: (409, _("That is more than one person may have.")),
    Outcome.PRICE_CHANGED: (409, _("The price has just changed. Please look at it again.")),
    Outcome.CLOSED: (409, _("This offer is closed.")),
    Outcome.NOT_YET_OPEN: (409, _("This offer is not open yet.")),
    Outcome.NO_SUCH_OFFER: (404, _("There is no such offer.")),
    Outcome.TOO_MANY_UNPAID: (
        409,
        _("You hold several orders that are not paid yet. Please pay or cancel one first."),
    ),
    Outcome.NO_SUCH_GROUP: (404, _("There is no such group.")),
    Outcome.GROUP_OVER: (409, _("This group is over. Open another one, or join one.")),
    Outcome.GROUP_FULL: (409, _("This group is full. Open another one, or join one.")),
    Outcome.IN_GROUP_ALREADY: (409, _("You have a seat in this group already.")),
    Outcome.KEY_USED: (422, _("This press was used for another order already.")),
}
_NOT_SO_MANY = _("There are not so many left for one order.")
_NOT_TODAY = _("You let many orders go unpaid within a day. Please order again later.")


def refusal(answer: Answer) -> Refusal:
    """A no to a press, as a refusal with its sentence and what goes with it."""
    status, sentence = _NO[answer.outcome]
    if answer.outcome is Outcome.SOLD_OUT and answer.facts.get("most"):
        sentence = _NOT_SO_MANY  # not wholly sold out: a smaller order would be held
    if "unpaid_a_day" in answer.facts:
        sentence = _NOT_TODAY
    return Refusal(answer.outcome.value, sentence, status=status, fields=answer.facts)


def who_are_you() -> Refusal:
    """A visitor who has not given his name presses."""
    return Refusal(
        "who_are_you", _("Please tell us who you are and where the parcel goes."), status=401
    )


def badge_expired() -> Refusal:
    """The badge proves nothing, or no longer."""
    return Refusal("badge_expired", _("Please open the page again."), status=401)


def too_often(retry_after_seconds: int) -> TooOften:
    """Somebody, or somebody's address, presses far oftener than people do."""
    return TooOften(
        "too_often",
        _("You press too often. Please wait a moment."),
        retry_after_seconds=retry_after_seconds,
    )


def not_a_press(why: str) -> Refusal:
    """What was sent is not an order."""
    return Invalid("not_an_order", _("That is not an order."), fields={"detail": why})


def too_large(most: int) -> Refusal:
    """Nobody needs so many bytes to press a button."""
    return Invalid("too_large", _("That is too much."), status=413, fields={"most": most})


def not_that_way() -> Refusal:
    """The address is right, what is wanted there is not."""
    return Refusal("wrong_method", _("That does not work this way."), status=405)


def our_mistake() -> Refusal:
    """Something broke on our side; nothing was changed."""
    return Refusal("fault", _("Our mistake. Please press again."), status=500)


def not_found() -> Refusal:
    """There is nothing at this address."""
    return NotFound("not_found", _("There is nothing here."))


def busy() -> Busy:
    """The house is full at this moment."""
    return Busy("busy", _("Very many people at once. Please press again in a second."))


# What the payer is told when his payment was heard, by what came of it.
HEARD: Mapping[str, Promise] = {
    "paid": _("Paid. Thank you."),
    "seated": _("Paid. Your seat is safe; now the group has to fill."),
    "taken_again": _("Paid, after the time was up; but your pieces were still there."),
    "sent_back": _("The time was up and the pieces are gone. Your money is on its way back."),
    "heard_before": _("This payment has been heard already."),
    "noted": _("The payment did not go through."),
}

# What stands in a step's ``note``, as the buyer reads it.
NOTES: Mapping[str, Promise] = {
    "paid_late": _("Paid after the time was up; the pieces were still there."),
    "sent_back": _("Paid after the time was up; the money goes back."),
    "paid_twice": _("Paid twice; the second payment goes back."),
    "group_formed": _("The group is complete."),
    "group_expired": _("Too few people joined in time; what was paid goes back by itself."),
    "by_buyer": _("Cancelled by the buyer."),
    "by_us": _("Cancelled by us."),
    "goodwill": _("Refunded by us."),
    "late": _("The money that came too late has gone back."),
    "twice": _("The money of the second payment has gone back."),
    "cancelled": _("The money has gone back."),
    "deposit": _("The deposit has gone back."),
    "deposit_back": _("The deposit goes back."),
    "deposit_kept": _("The deposit of {money} is kept, as it was said before you ordered."),
}


def note_said(note: str) -> str:
    """What stands in a step's note, in words; nothing if it is nothing for the buyer.

    A note may bring an amount in fen: ``deposit_kept:10000``.
    """
    name, _colon, fen = note.partition(":")
    said = str(NOTES.get(name, ""))
    return said.format(money=f"¥{yuan(int(fen))}") if fen else said


def of_waiting(row: Waiting) -> tuple[str, str]:
    """What somebody who waited is written: a title and a text, Chinese first, then English."""
    titles, texts = [], []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            name = row.offer.sku.product.name
            if row.order is None:
                title = gettext("%(name)s: you wait no longer") % {"name": name}
                text = gettext("%(why)s. Nothing is owed.") % {"why": row.get_state_display()}
            else:
                title = gettext("%(name)s is held for you") % {"name": name}
                text = gettext(
                    "Order %(number)s: %(quantity)d pieces, shipping by %(day)s. Please pay until "
                    "%(until)s; after that it goes to the next in line."
                ) % {
                    "number": row.order.number,
                    "quantity": row.quantity,
                    "day": row.order.ship_by.isoformat(),
                    "until": f"{timezone.localtime(row.order.hold_until):%Y-%m-%d %H:%M}",
                }
        titles.append(title)
        texts.append(text)
    return " / ".join(titles), "\n\n".join(texts)


def of_group(order: Order) -> tuple[str, str]:
    """What one who has a seat in a group is written when it formed, or did not in time."""
    titles, texts = [], []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            name = order.sku.product.name
            if order.seat.group.state == Group.State.FORMED:
                title = gettext("%(name)s: the group is complete") % {"name": name}
                text = gettext("Order %(number)s ships by %(day)s.") % {
                    "number": order.number,
                    "day": order.ship_by.isoformat(),
                }
            else:
                title = gettext("%(name)s: the group did not fill in time") % {"name": name}
                text = gettext(
                    "Order %(number)s is cancelled. What you paid goes back by itself."
                ) % {"number": order.number}
        titles.append(title)
        texts.append(text)
    return " / ".join(titles), "\n\n".join(texts)


def of_deposit(order: Order, note: str, *, is_kept: bool) -> tuple[str, str]:
    """What one who paid a deposit is written; NOTE is the step that says of what."""
    titles, texts = [], []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            words = {
                "name": order.sku.product.name,
                "number": order.number,
                "day": order.ship_by.isoformat(),
                "money": yuan(balance_fen(order, order.deposit)),
                "until": f"{timezone.localtime(order.hold_until):%Y-%m-%d %H:%M}",
            }
            if note == AT_RISK:
                title = gettext("%(name)s: the day that we promised is at risk")
                text = gettext(
                    "Order %(number)s was to ship by %(day)s, and we may not keep that day. "
                    "You may leave, and all your money goes back; or stay, and we ship as soon as "
                    "we can."
                )
            elif note == BALANCE_OPEN:
                title = gettext("%(name)s: the balance can be paid now")
                text = gettext(
                    "Order %(number)s: please pay the balance of ¥%(money)s until %(until)s."
                )
            else:
                title = gettext("%(name)s: the balance is due within 24 hours")
                text = gettext(
                    "Order %(number)s: please pay the balance of ¥%(money)s until %(until)s."
                )
            if note != AT_RISK:
                text += " " + (
                    gettext("Otherwise the order ends, and the deposit is kept.")
                    if is_kept
                    else gettext("Otherwise the order ends, and the deposit goes back.")
                )
        titles.append(title % words)
        texts.append(text % words)
    return " / ".join(titles), "\n\n".join(texts)
