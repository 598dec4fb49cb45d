"""Cues on media time, and the chat: what a director does while the show is on."""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status

from firsthand.faces.api.gate import Asked, for_
from firsthand.faces.api.shapes import (
    ID_MAX,
    AtMs,
    Given,
    Id,
    Limited,
    Listed,
    Nothing,
    PathId,
    Skipped,
    Told,
    Words,
    listed,
)
from firsthand.faces.api.shows import CueTold, find_show
from firsthand.kit.errors import Refusal
from firsthand.people.rules import Deed
from firsthand.show.actions import chat, cues
from firsthand.show.models import ChatLine, Cue

router = Router(tags=["cues and chat"])


class NextGiven(Given):
    """Go on from a segment. It is named, so that two presses are one step and not two."""

    after: Id | None = None
    at_ms: AtMs = None


class SegmentCue(Given):
    """Go to a segment."""

    segment_id: Id
    at_ms: AtMs = None


class CardGiven(Given):
    """Show a card."""

    offer_id: Id
    at_ms: AtMs = None


class MomentGiven(Given):
    """At a media time."""

    at_ms: AtMs = None


class PinGiven(Given):
    """Pin a message."""

    text: Words
    at_ms: AtMs = None


class LineTold(Told):
    """A line of the chat. It carries no name of a buyer's but what the room shows."""

    id: int
    name: str
    role: str
    text: str
    is_question: bool
    is_hidden: bool
    said_at: datetime


@router.get(
    "/shows/{show_id}/cues",
    response=Listed[CueTold],
    summary="List cues, the newest first",
    **for_(),
)
def list_cues(
    request: Asked, show_id: PathId, limit: Limited = 50, skip: Skipped = 0
) -> Listed[CueTold]:
    """By media time."""
    rows = Cue.objects.filter(show=find_show(show_id)).order_by("-at_ms", "-pk")
    return listed(rows, limit, skip, CueTold.model_validate)


@router.post(
    "/shows/{show_id}/next",
    response={201: CueTold},
    summary="Go to the next segment",
    **for_(Deed.SHOW_DIRECT),
)
def next_segment(request: Asked, show_id: PathId, body: NextGiven) -> Status[CueTold]:
    """The segment behind AFTER begins; refused if another than AFTER is on by now."""
    with transaction.atomic():
        show = find_show(show_id)
        if show.segment_id != body.after:
            raise Refusal(
                "moved_on",
                _("Another segment is on by now."),
                fields={"on": show.segment_id},
            )
        sheet = show.segments.order_by("position")
        place = next((one.position for one in sheet if one.pk == body.after), 0)
        segment = sheet.filter(position__gt=place).first()
        if segment is None:
            raise Refusal("last_segment", _("This is the last segment."))
        cue = cues.begin_segment(show_id, segment.pk, at_ms=body.at_ms, by=request.auth.pk)
    return Status(201, CueTold.model_validate(cue))


@router.post(
    "/shows/{show_id}/segment",
    response={201: CueTold},
    summary="Go to a segment",
    **for_(Deed.SHOW_DIRECT),
)
def begin_segment(request: Asked, show_id: PathId, body: SegmentCue) -> Status[CueTold]:
    """The crew goes on to a segment of the run sheet."""
    with transaction.atomic():
        cue = cues.begin_segment(show_id, body.segment_id, at_ms=body.at_ms, by=request.auth.pk)
    return Status(201, CueTold.model_validate(cue))


@router.post(
    "/shows/{show_id}/card",
    response={201: CueTold},
    summary="Show a card",
    **for_(Deed.SHOW_DIRECT),
)
def show_card(request: Asked, show_id: PathId, body: CardGiven) -> Status[CueTold]:
    """Viewers see it when their own playheads reach AT_MS."""
    with transaction.atomic():
        cue = cues.show_card(show_id, body.offer_id, at_ms=body.at_ms, by=request.auth.pk)
    return Status(201, CueTold.model_validate(cue))


@router.post(
    "/shows/{show_id}/card-off",
    response={201: CueTold},
    summary="Put the card away",
    **for_(Deed.SHOW_DIRECT),
)
def card_off(request: Asked, show_id: PathId, body: MomentGiven) -> Status[CueTold]:
    """No card is seen from AT_MS on."""
    with transaction.atomic():
        cue = cues.card_off(show_id, at_ms=body.at_ms, by=request.auth.pk)
    return Status(201, CueTold.model_validate(cue))


@router.post(
    "/shows/{show_id}/pin",
    response={201: CueTold},
    summary="Pin a message",
    **for_(Deed.SHOW_DIRECT),
)
def pin(request: Asked, show_id: PathId, body: PinGiven) -> Status[CueTold]:
    """It stands above the chat, in place of the one before it."""
    with transaction.atomic():
        cue = cues.pin(show_id, body.text, at_ms=body.at_ms, by=request.auth.pk)
    return Status(201, CueTold.model_validate(cue))


@router.post(
    "/shows/{show_id}/unpin",
    response={201: CueTold},
    summary="Take the pinned message off",
    **for_(Deed.SHOW_DIRECT),
)
def unpin(request: Asked, show_id: PathId, body: MomentGiven) -> Status[CueTold]:
    """No message stands above the chat from AT_MS on."""
    with transaction.atomic():
        cue = cues.unpin(show_id, at_ms=body.at_ms, by=request.auth.pk)
    return Status(201, CueTold.model_validate(cue))


@router.delete(
    "/shows/{show_id}/cues/{cue_id}",
    response=Nothing,
    summary="Take a cue back",
    **for_(Deed.SHOW_DIRECT),
)
def take_back(request: Asked, show_id: PathId, cue_id: PathId) -> Nothing:
    """As if it had never been given."""
    with transaction.atomic():
        cues.take_back(show_id, cue_id)
    return Nothing()


@router.get(
    "/shows/{show_id}/chat",
    response=Listed[LineTold],
    summary="Read the chat, oldest first",
    **for_(Deed.SHOW_DIRECT, Deed.SHOW_PROMPT),
)
def read_chat(
    request: Asked,
    show_id: PathId,
    after: Annotated[int, Query(ge=0, le=ID_MAX, description="Only lines after this one.")] = 0,
    questions: bool = False,
    limit: Limited = 100,
    skip: Skipped = 0,
) -> Listed[LineTold]:
    """Hidden lines too, for those who moderate."""
    lines = ChatLine.objects.filter(show=find_show(show_id), pk__gt=after).order_by("pk")
    if questions:
        lines = lines.filter(is_question=True)
    return listed(lines, limit, skip, LineTold.model_validate)


@router.post(
    "/shows/{show_id}/chat/{line_id}/hide",
    response=Nothing,
    summary="Hide a line of the chat",
    **for_(Deed.SHOW_DIRECT),
)
def hide_line(request: Asked, show_id: PathId, line_id: PathId) -> Nothing:
    """It stays in the books, and out of everyone's sight."""
    with transaction.atomic():
        chat.hide_line(show_id, line_id)
    return Nothing()
