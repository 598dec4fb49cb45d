"""Guards of the order floor, each with the text by which it is taken out.

``firsthand bench mutants`` takes out one after the other, in a copy of the source, and lets the
walk of ``test_model`` (for deposits, that of ``test_model_presale``) look for it. A walk that does
not fall over a missing guard proves nothing about it. Whoever adds a guard adds it here; whose
text has changed is said so, and counts as not missed.
"""

from typing import NamedTuple

RULES = "order/rules.py"
PAYMENT = "order/actions/payment.py"
CANCEL = "order/actions/cancel.py"
EXPIRY = "order/actions/expiry.py"
GROUP = "order/actions/group.py"
GOODS = "order/actions/goods.py"
TOGETHER = "order/together.py"
OFFERS = "offer/actions.py"
PAY = "pay/actions.py"


class Mutant(NamedTuple):
    """A guard that is missing: in FILE (below ``src/firsthand``), OLD text gives way to NEW."""

    name: str
    file: str
    old: str
    new: str
    is_of_presales: bool = False  # another walk meets it


MUTANTS = [
    Mutant(
        "a person's limit, at the press",
        RULES,
        "if bought + press.quantity > terms.limit_per_person:\n        most",
        "if press.quantity > terms.limit_per_person:\n        most",
    ),
    Mutant(
        "a person's limit, when money comes late",
        PAYMENT,
        " or has + order.quantity > terms.limit_per_person",
        "",
    ),
    Mutant(
        "what is left, at the press",
        RULES,
        "_take(press, terms, counter, ladders) if left >= press.quantity else None",
        "_take(press, terms, counter, ladders)",
    ),
    Mutant(
        "what is left, when money comes late",
        PAYMENT,
        "terms.left < order.quantity or ",
        "",
    ),
    Mutant(
        "no worse day, when money comes late",
        PAYMENT,
        "rules.no_later_than(ladder, pieces.quantity, pieces.ship_by)",
        "rules.earliest(ladder, pieces.quantity)",
    ),
    Mutant(
        "one key is one press",
        RULES,
        "(earlier.offer_id, earlier.quantity) == (press.offer_id, press.quantity)",
        "True",
    ),
    Mutant(
        "the price he saw is the price",
        RULES,
        "(press.price_version, press.price_fen) != (version, price_fen)",
        "press.price_fen != price_fen",
    ),
    Mutant(
        "the sale has begun",
        "offer/rules.py",
        " or (offer.opens_at is not None and now < offer.opens_at)",
        "",
    ),
    Mutant(
        "the sale is not over",
        "offer/rules.py",
        " or (offer.closes_at is not None and now >= offer.closes_at)",
        "",
    ),
    Mutant(
        "nobody begins to pay when his time is up",
        PAYMENT,
        "if due.is_over(now):",
        "if False:",
    ),
    Mutant("no hold ends before its time", EXPIRY, " or order.hold_until > now", ""),
    Mutant(
        "what expired awaits no payment",
        EXPIRY,
        "pay.cancel_open(purpose for one in overdue for purpose in store.purposes_of(one.number))",
        "pass",
    ),
    Mutant(
        "what was cancelled awaits no payment",
        CANCEL,
        "pay.cancel_open(store.purposes_of(number))",
        "pass",
    ),
    Mutant(
        "the money of a cancelled order goes back",
        CANCEL,
        'if pay.refund_rest(store.purposes_of(number), reason="cancelled") != order.amount_fen:',
        "if False:",
    ),
    Mutant(
        "it is the payment that bought the goods which goes back",
        CANCEL,
        ".exclude(refunds__reason__in=NOT_FOR_GOODS)",
        "",
    ),
    Mutant(
        "a second charge that went back refunds no order",
        CANCEL,
        "is_all = not _kept(order.number).exists()",
        "is_all = done.payment.state == Payment.State.REFUNDED",
    ),
    Mutant(
        "money that bought nothing goes back",
        PAYMENT,
        "pay.refund(payment, amount_fen=payment.amount_fen, ",
        "dict(",
    ),
    Mutant(
        "a word that is said twice counts once",
        PAY,
        "    if not is_new:\n        return None\n"
        "    state = rules.after(payment.state, word.kind)\n"
        "    if state == payment.state:\n        return None\n",
        "    state = rules.after(payment.state, word.kind)\n",
    ),
    Mutant(
        "who paid has paid, whatever is said later",
        "pay/rules.py",
        '_AFTER_FAILED = {"open": "failed"}',
        '_AFTER_FAILED = {"open": "failed", "paid": "failed"}',
    ),
    Mutant("a day that is given back is free", GOODS, "promise.give_back(rungs)", "pass"),
    Mutant("a place that is given back is free", GOODS, "offer.give_back(offers)", "pass"),
    Mutant(
        "what comes back to a closed offer goes on the shelf",
        GOODS,
        "offer_pieces.sweep_closed(list(offers))",
        "offer_pieces.sweep_closed([])",
    ),
    Mutant(
        "a day that was lost is not sold again",
        "promise/queries.sql",
        "    quantity = rung.quantity - least(rung.at_risk, goods.quantity),\n",
        "",
    ),
    Mutant(
        "what is promised has the first word",
        "promise/actions.py",
        "given=rules.still_open(taken, goods.owed)",
        "given=[]",
    ),
    Mutant(
        "early pieces are kept for later promises that need them",
        "promise/rules.py",
        "for one in _smallest_from_here_on(over)",
        "for one in over",
    ),
    Mutant(
        "promises that shipped are kept",
        "order/actions/fulfilment.py",
        "promise.keep({(one.sku_id, one.ship_by, one.source): one.quantity for one in pieces})",
        "pass",
    ),
    Mutant(
        "nothing that is taken is taken off an offer",
        OFFERS,
        "    if quantity > terms.left:\n",
        "    if quantity < 0:\n",
    ),
    Mutant(
        "nothing is put on offer without a day",
        "offer/pieces.py",
        "if units * each > rules.releasable(backing) or drawn.missing > backing.free_of_plan:",
        "if units < 0:",
    ),
    Mutant(
        "what has shipped is not cancelled",
        RULES,
        '"shipped": frozenset({"delivered", "refunded"})',
        '"shipped": frozenset({"delivered", "refunded", "cancelled"})',
    ),
    Mutant(
        "a lot from which something is promised is made",
        "promise/store.py",
        "        if rows:  # only the first to take from a rung finds any\n",
        "        if not rows:\n",
    ),
    Mutant(
        "of a bundle all or nothing is held",
        TOGETHER,
        "        if rung is None:\n            return None\n",
        "        if rung is None:\n            continue\n",
    ),
    Mutant(
        "every part of a bundle has room on its rung",
        TOGETHER,
        "[rung for rung in ladder if rung.free >= pieces and rung.ship_by <= day]",
        "[rung for rung in ladder if rung.ship_by <= day]",
    ),
    Mutant(
        "a bundle ships when its last part can",
        RULES,
        "return max(part.ship_by for part in parts), PARTS, tuple(parts)",
        "return parts[0].ship_by, PARTS, tuple(parts)",
    ),
    Mutant(
        "early pieces stay for those who need no bundle",
        TOGETHER,
        "return fit[-1] if fit else None",
        "return fit[0] if fit else None",
    ),
    Mutant(
        "the next bundle of a batch sees what the one before took",
        RULES,
        "        rung.free -= pieces\n",
        "",
    ),
    Mutant(
        "a bundle gives back all its parts",
        GOODS,
        "in one.pieces:",
        "in one.pieces[:1]:",
    ),
    Mutant(
        "a late bundle keeps its day",
        PAYMENT,
        "together.no_later_than(ladders, wanted, 1, pieces.ship_by)",
        "together.together(ladders, wanted, 1)",
    ),
    Mutant(
        "a bundle that is taken again has its new rungs",
        PAYMENT,
        "    if again.parts:\n        store.move_parts(order.pk, again.parts)\n",
        "",
    ),
    Mutant(
        "a bundle is ready with its last part",
        "order/actions/fulfilment.py",
        "ready = {row.order_id for row in waiting} - {row.order_id for row in short}",
        "ready = {row.order_id for row in waiting if (row.order_id, row.sku_id) in served}",
    ),
    Mutant(
        "of a bundle every part is released",
        "offer/pieces.py",
        "        for sku_id, each in terms.pieces_of:\n            backing =",
        "        for sku_id, each in terms.pieces_of[:1]:\n            backing =",
    ),
    Mutant(
        "what is off a bundle never goes below its floor",
        "offer/rules.py",
        "min(discount_fen, off_at_most(pieces, tags))",
        "discount_fen",
    ),
    Mutant(
        "the parts of a bundle cost what it costs",
        "offer/rules.py",
        "        off_so_far = off_by_now\n",
        "",
    ),
    Mutant(
        "a group: one person, one seat",
        "order/groups.py",
        "if person_id in group.members:",
        "if False:",
    ),
    Mutant(
        "a group: no more people than seats",
        "order/groups.py",
        "if len(group.members) >= group.seats:",
        "if False:",
    ),
    Mutant(
        "a group: nobody joins one that is over",
        "order/groups.py",
        "if group.state != FORMING or now >= group.expires_at:",
        "if False:",
    ),
    Mutant(
        "a group: nobody has longer to pay than it has to form",
        RULES,
        "until = min(hold.hold_until, group.expires_at)",
        "until = hold.hold_until",
    ),
    Mutant(
        "a group: a seat that was lost is not taken again by late money",
        PAYMENT,
        "    else:\n        came = _rest_came(order, terms, now)\n",
        "    if came is None and not store.is_of_deposit(payment.purpose):\n"
        "        came = _rest_came(order, terms, now)\n",
    ),
    Mutant(
        "a group: it has formed only when all have paid",
        "order/groups.py",
        "return paid >= seats",
        "return paid >= seats - 1",
    ),
    Mutant(
        "a group: what was paid goes back when it runs out",
        GROUP,
        "    _give_money_back([one for one in seated if one.state == Order.State.GROUPING])\n",
        "",
    ),
    Mutant(
        "a group: of one that ran out all orders end",
        GROUP,
        "    seated = seats.lock_seated(group.group_id for group in overdue)\n",
        "    seated = seats.lock_seated(group.group_id for group in overdue[:1])\n",
    ),
    Mutant(
        "a group: its pieces are held, and not sold, until it has formed",
        CANCEL,
        "rules.GOODS_HELD",
        '("held",)',
    ),
    Mutant(
        "nobody overtakes who waits, by a press",
        RULES,
        "if line is not None and line.pieces:",
        "if False:",
    ),
    Mutant(
        "nobody overtakes who waits, when money comes late",
        PAYMENT,
        "    if terms.waiting:\n        return False\n",
        "",
    ),
    Mutant(
        "nobody overtakes who waits, from behind him",
        RULES,
        "            if hold is None:\n                break\n",
        "            if hold is None:\n                continue\n",
    ),
    Mutant(
        "who waits pays no more than he agreed to",
        RULES,
        "if price_fen > press.price_fen:",
        "if False:",
    ),
    Mutant(
        "a person's limit, when he is served",
        RULES,
        "if press.quantity > terms.limit_per_person - bought:",
        "if False:",
    ),
    Mutant(
        "one place a person a line",
        RULES,
        "if place is not None:  # one place a person",
        "if False:  # one place a person",
    ),
    Mutant(
        "a list has an end",
        RULES,
        "if line.pieces + press.quantity > counter.list_max:",
        "if False:",
    ),
    Mutant(
        "what people wait for is not taken off",
        OFFERS,
        "if quantity > terms.left - terms.waiting:",
        "if quantity > terms.left:",
    ),
    Mutant(
        "who leaves is waited for no more",
        "order/actions/waiting.py",
        "offer.wait({terms.offer_id: -gone})",
        "pass",
    ),
    Mutant(
        "a deposit: none is kept of who may leave, since his day is at risk",
        RULES,
        "if is_kept and not is_by_us and not is_at_risk else",
        "if is_kept and not is_by_us else",
        is_of_presales=True,
    ),
    Mutant(
        "a deposit: none is kept of who was told that he may leave",
        "order/store.py",
        'return set(told.values_list("order_id", flat=True)) | {',
        "return {",
        is_of_presales=True,
    ),
    Mutant(
        "a deposit: none is kept when we cancel",
        RULES,
        "if is_kept and not is_by_us and not is_at_risk else",
        "if is_kept and not is_at_risk else",
        is_of_presales=True,
    ),
    Mutant(
        "a deposit: none is kept unless it was said",
        RULES,
        "if is_kept and not is_by_us and not is_at_risk else",
        "if not is_by_us and not is_at_risk else",
        is_of_presales=True,
    ),
    Mutant(
        "a deposit: a late balance buys nothing when its deposit went back",
        PAYMENT,
        "        and pay.kept_fen([store.deposit_purpose_of(order.number)]) >= terms.amount_fen\n",
        "",
        is_of_presales=True,
    ),
    Mutant(
        "a deposit: the second payment of one goes back",
        PAYMENT,
        "    pay.refund(payment, amount_fen=payment.amount_fen, reason=",
        "    store.is_of_deposit(payment.purpose) or pay.refund(\n"
        "        payment, amount_fen=payment.amount_fen, reason=",
        is_of_presales=True,
    ),
    Mutant(
        "a deposit: none is taken when its balance was due",
        PAYMENT,
        " or now >= terms.balance_due_at",
        "",
        is_of_presales=True,
    ),
    Mutant(
        "a deposit: its balance is not paid before it opens",
        "order/due.py",
        "(self.opens_at is None or self.opens_at <= now)",
        "True",
        is_of_presales=True,
    ),
]
