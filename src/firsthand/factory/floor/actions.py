"""What people on the floor report: this runs here, so many are good, this machine is down.

Each report has a key of its own, made by whoever presses: what comes twice is one report. Locks
are taken in the factory's order: the door of the SKU (by who finishes a lot), the work order,
the parts, the feed. That a machine does one thing at a time is the table's own law: of two who
start something on it at once, one finds it taken, and reads so.
"""

from datetime import datetime
from typing import NoReturn

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from firsthand.factory.actions import FEED, finish_work_order
from firsthand.factory.floor import rules, store
from firsthand.factory.floor.events import (
    OperationFinished,
    OperationHandedOver,
    OperationStarted,
    PiecesScrapped,
    StartUndone,
)
from firsthand.factory.floor.reports import (
    Kind,
    Lot,
    Who,
    fewer_pieces,
    note_down,
    open_lot,
    refuse_count,
    running_on,
    take_door,
    was_said,
)
from firsthand.factory.floor.rules import Answer
from firsthand.factory.models import (
    LotPart,
    Part,
    Progress,
    PurchaseOrder,
)
from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.kit.outbox import Event

EACH_MAX = 10_000  # pieces of a part in one of a product, when somebody scans them
_WHY_NOT: dict[Answer, tuple[str, Promise]] = {
    Answer.WAITS: ("forerunner_open", _("An operation before this one is not finished yet.")),
    Answer.OVERTAKEN: ("overtaken", _("A later operation has begun: this one counts as done.")),
    Answer.EMPTY: ("nothing_came", _("No good piece was passed on to this operation.")),
}


def start(
    number: str, operation_id: int, *, work_centre: str, machine: int, who: Who, now: datetime
) -> None:
    """An operation of a work order runs on this machine from now on."""
    lot = open_lot(number, operation_id, who)
    if was_said(lot.order, Kind.STARTED, operation_id, who):
        return
    _may_start(lot, operation_id)
    centre = _can_do(operation_id, work_centre, machine)
    if store.is_down(centre.id, machine, now):
        raise Refusal("machine_is_down", _("This machine is reported down."))
    began = store.begin(
        work_order_id=lot.order.pk,
        operation_id=operation_id,
        work_centre_id=centre.id,
        machine=machine,
        by=who.person_id,
        now=now,
    )
    if not began:
        _taken(centre.id, machine)
    store.release(lot.order.pk)
    note_down(lot.order, Kind.STARTED, operation_id, who, now, place=(centre.id, machine))
    outbox.tell(
        FEED,
        [
            OperationStarted(
                work_order_id=lot.order.pk,
                operation_id=operation_id,
                work_centre_id=centre.id,
                machine=machine,
                pieces=lot.came(operation_id),
                by=who.person_id,
            )
        ],
    )


def undo_start(number: str, operation_id: int, *, who: Who, now: datetime) -> None:
    """It was started by mistake: as if it had not been, as long as no piece was counted."""
    lot = open_lot(number, operation_id, who)
    if was_said(lot.order, Kind.UNDONE, operation_id, who):
        return
    running = running_on(lot.order, operation_id)
    if running.good or running.scrapped:
        raise Refusal("already_counted", _("Pieces were counted already: finish it instead."))
    place = (running.work_centre_id, running.machine)
    running.delete()
    note_down(lot.order, Kind.UNDONE, operation_id, who, now, place=place)
    outbox.tell(
        FEED,
        [
            StartUndone(
                work_order_id=lot.order.pk,
                operation_id=operation_id,
                work_centre_id=place[0],
                machine=place[1],
                by=who.person_id,
            )
        ],
    )


def scrap(
    number: str,
    operation_id: int,
    pieces: int,
    *,
    reason: str,
    note: str = "",
    who: Who,
    now: datetime,
) -> None:
    """So many pieces more are spoilt in an operation that runs."""
    lot = open_lot(number, operation_id, who)
    if was_said(lot.order, Kind.SCRAPPED, operation_id, who):
        return
    running = running_on(lot.order, operation_id)
    most = lot.came(operation_id) - running.good - running.scrapped
    if not 1 <= pieces <= most:
        refuse_count(_("No more pieces can be spoilt than are in work: {most}."), most)
    running.scrapped += pieces
    running.save(update_fields=["scrapped"])
    note_down(
        lot.order,
        Kind.SCRAPPED,
        operation_id,
        who,
        now,
        place=(running.work_centre_id, running.machine),
        counted=(0, pieces),
        reason=reason,
        note=note,
    )
    said = PiecesScrapped(
        work_order_id=lot.order.pk,
        operation_id=operation_id,
        pieces=pieces,
        scrapped=running.scrapped,
        reason=reason,
        by=who.person_id,
    )
    outbox.tell(FEED, [said, *fewer_pieces(lot)])


def hand_over(
    number: str, operation_id: int, good: int, *, note: str = "", who: Who, now: datetime
) -> None:
    """The next shift goes on with it: so many pieces are good so far, and this is to be known."""
    lot = open_lot(number, operation_id, who)
    if was_said(lot.order, Kind.HANDED_OVER, operation_id, who):
        return
    running = running_on(lot.order, operation_id)
    most = lot.came(operation_id) - running.scrapped
    if not 0 <= good <= most:
        refuse_count(_("No more pieces can be good than are in work: {most}."), most)
    running.good, running.note = good, note
    running.save(update_fields=["good", "note"])
    note_down(
        lot.order,
        Kind.HANDED_OVER,
        operation_id,
        who,
        now,
        place=(running.work_centre_id, running.machine),
        counted=(good, running.scrapped),
        note=note,
    )
    outbox.tell(
        FEED,
        [
            OperationHandedOver(
                work_order_id=lot.order.pk,
                operation_id=operation_id,
                good=good,
                scrapped=running.scrapped,
                by=who.person_id,
            )
        ],
    )


def finish(
    number: str,
    operation_id: int,
    good: int,
    scrapped: int,
    *,
    reason: str = "",
    note: str = "",
    who: Who,
    now: datetime,
) -> None:
    """An operation is finished: GOOD pieces pass on, SCRAPPED are spoilt, in all of it.

    Every piece that came to it is one or the other. With the last operation the work order is
    finished: its pieces are stored or pay back what is owed, and have serial numbers. So is a
    lot of which no good piece is left, whatever would have come after.
    """
    take_door(number)
    lot = open_lot(number, operation_id, who)
    if was_said(lot.order, Kind.FINISHED, operation_id, who):
        return
    running = running_on(lot.order, operation_id)
    came = lot.came(operation_id)
    if good < 0 or scrapped < 0 or good + scrapped != came:
        raise Invalid(
            "pieces_do_not_add_up",
            format_lazy(
                _("{came} pieces came here; {good} good and {scrapped} spoilt are {sum}."),
                came=came,
                good=good,
                scrapped=scrapped,
                sum=good + scrapped,
            ),
            fields={"came": came},
        )
    running.good, running.scrapped, running.finished_by_id = good, scrapped, who.person_id
    running.finished_at = max(now, running.started_at)
    running.note = note or running.note
    running.save(update_fields=["good", "scrapped", "finished_by", "finished_at", "note"])
    note_down(
        lot.order,
        Kind.FINISHED,
        operation_id,
        who,
        now,
        place=(running.work_centre_id, running.machine),
        counted=(good, scrapped),
        reason=reason,
        note=note,
    )
    said: list[Event] = [
        OperationFinished(
            work_order_id=lot.order.pk,
            operation_id=operation_id,
            work_centre_id=running.work_centre_id,
            machine=running.machine,
            good=good,
            scrapped=scrapped,
            by=who.person_id,
        ),
        *fewer_pieces(lot),
    ]
    is_last = operation_id == lot.steps[-1].operation_id
    if is_last or lot.order.good_quantity == 0:  # of a lot that is lost nothing goes on
        finish_work_order(number, good if is_last else 0, now, told_before=said)
    else:
        outbox.tell(FEED, said)


def put_in(
    number: str,
    part: str,
    quantity: int,
    *,
    supplier_lot: str = "",
    purchase_order: str = "",
    who: Who,
    now: datetime,
) -> None:
    """So many of a part go into a lot, of this supplier's lot or purchase, as it was scanned."""
    lot = open_lot(number, None, who)
    if was_said(lot.order, Kind.PUT_IN, None, who):
        return
    meant = Part.objects.filter(code=part, pk__in=store.outside(lot.order.part_id)).first()
    if meant is None:
        raise Invalid("not_in_the_bill", _("This part does not go into this work order."))
    if not 1 <= quantity <= (most := lot.order.quantity * EACH_MAX):
        refuse_count(_("A quantity is a whole number from 1 to {most}."), most)
    bought = None
    if purchase_order:
        bought = PurchaseOrder.objects.filter(number=purchase_order, part=meant).first()
        if bought is None:
            raise NotFound("no_such_purchase_order", _("There is no such purchase order."))
    LotPart.objects.create(
        work_order=lot.order,
        part=meant,
        quantity=quantity,
        supplier_lot=supplier_lot,
        purchase_order=bought,
        noted_at=now,
    )
    note = f"{part} {supplier_lot or purchase_order}".strip()[:200]
    note_down(lot.order, Kind.PUT_IN, None, who, now, counted=(quantity, 0), note=note)


def _may_start(lot: Lot, operation_id: int) -> None:
    answer = rules.may_start(operation_id, lot.steps, lot.reported)
    if answer is Answer.YES:
        return
    if answer is Answer.BEGUN:
        begun = Progress.objects.select_related("work_centre").get(
            work_order=lot.order, operation_id=operation_id
        )
        raise Refusal(
            "already_started",
            format_lazy(
                _("This operation has been started already, on {centre} {machine}."),
                centre=begun.work_centre,
                machine=begun.machine,
            ),
        )
    raise Refusal(*_WHY_NOT[answer])


def _can_do(operation_id: int, work_centre: str, machine: int) -> store.Centre:
    for centre in store.machines_for(operation_id):
        if centre.code == work_centre:
            if 1 <= machine <= centre.machines and machine not in centre.cannot:
                return centre
            break
    raise Invalid("wrong_machine", _("This machine cannot do this operation."))


def _taken(work_centre_id: int, machine: int) -> NoReturn:
    runs = (
        Progress.objects.filter(work_centre_id=work_centre_id, machine=machine, finished_at=None)
        .values_list("work_order__number", flat=True)
        .first()
    )
    if runs is None:  # it was finished since: the next press will find it free
        raise Refusal("machine_busy", _("This machine runs something else at this moment."))
    raise Refusal(
        "machine_busy",
        format_lazy(_("This machine runs work order {number}: finish that first."), number=runs),
        fields={"number": runs},
    )
