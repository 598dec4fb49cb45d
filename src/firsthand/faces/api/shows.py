"""Shows: planned, listed, on air, ended; their room, their stream key."""

from datetime import datetime
from typing import Annotated, Literal

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from pydantic import AwareDatetime, Field

from firsthand.faces.api.gate import Asked, for_
from firsthand.faces.api.shapes import (
    Both,
    Given,
    Id,
    Limited,
    Listed,
    Name,
    PathId,
    ShowTold,
    Skipped,
    Told,
    listed,
)
from firsthand.insight.tasks import report_show
from firsthand.kit.errors import Invalid, NotFound
from firsthand.media.actions import renew_key
from firsthand.people.models import Person
from firsthand.people.rules import Deed
from firsthand.show import store
from firsthand.show.actions import air
from firsthand.show.models import Show

router = Router(tags=["shows"])

State = Literal["draft", "on_air", "ended"]


class ShowGiven(Given):
    """A new show."""

    slug: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]
    title_zh: Name
    title_en: Name
    host_id: Id
    planned_at: AwareDatetime


class CueTold(Told):
    """Something that is seen from a media time on."""

    id: int
    kind: str
    at_ms: int
    offer_id: int | None
    segment_id: int | None
    text: str


class OfferState(Told):
    """What a buyer must know of an offer."""

    offer_id: int
    left: int
    price_fen: int
    price_version: int
    state: str


class RoomTold(Told):
    """All that a room shows, as of the fact numbered SEQ."""

    seq: int
    state: str
    segment_id: int | None
    viewers: int
    likes: int
    card: CueTold | None
    pin: CueTold | None
    offers: list[OfferState]


class StreamKey(Told):
    """Where to publish, and the key. Whoever has it can go on the air."""

    port: int
    path: str
    key: str
    live: str
    replay: str
    status: str


def show_told(show: Show) -> ShowTold:
    """A show as it is answered."""
    return ShowTold(
        id=show.pk,
        slug=show.slug,
        title=Both(zh=show.title_zh, en=show.title_en),
        state=show.state,
        host=str(show.host),
        planned_at=show.planned_at,
        on_air_at=show.on_air_at,
        ended_at=show.ended_at,
        segment_id=show.segment_id,
        segment_since=show.segment_since,
        viewers=show.viewers,
        likes=show.likes,
    )


def find_show(show_id: int) -> Show:
    """The show, or a refusal."""
    show = Show.objects.select_related("host", "channel").filter(pk=show_id).first()
    if show is None:
        raise NotFound("no_such_show", _("There is no such show."))
    return show


@router.get("/shows", response=Listed[ShowTold], summary="List shows, the newest first", **for_())
def list_shows(
    request: Asked,
    state: State | None = None,
    since: Annotated[datetime | None, Query(description="Planned at or after this.")] = None,
    limit: Limited = 50,
    skip: Skipped = 0,
) -> Listed[ShowTold]:
    """Every show, or those in a state."""
    shows = Show.objects.select_related("host").order_by("-planned_at", "-pk")
    if state is not None:
        shows = shows.filter(state=state)
    if since is not None:
        shows = shows.filter(planned_at__gte=since)
    return listed(shows, limit, skip, show_told)


@router.post("/shows", response={201: ShowTold}, summary="Plan a show", **for_(Deed.SHOW_EDIT))
def plan_show(request: Asked, body: ShowGiven) -> Status[ShowTold]:
    """A show in preparation, with a channel of its own to publish to."""
    if not Person.objects.filter(pk=body.host_id, is_active=True).exists():
        raise Invalid("no_such_person", _("There is no such person."))
    with transaction.atomic():
        show = air.plan_show(**body.model_dump())
    return Status(201, show_told(find_show(show.pk)))


@router.get("/shows/{show_id}", response=ShowTold, summary="Read a show", **for_())
def read_show(request: Asked, show_id: PathId) -> ShowTold:
    """One show."""
    return show_told(find_show(show_id))


@router.post(
    "/shows/{show_id}/air", response=ShowTold, summary="Go on air", **for_(Deed.SHOW_DIRECT)
)
def go_on_air(request: Asked, show_id: PathId) -> ShowTold:
    """The show begins. A show begins once."""
    with transaction.atomic():
        show = air.go_on_air(show_id)
    return show_told(show)


@router.post(
    "/shows/{show_id}/end", response=ShowTold, summary="End the show", **for_(Deed.SHOW_DIRECT)
)
def end_show(request: Asked, show_id: PathId) -> ShowTold:
    """The show is over; its report is asked for in the same transaction."""
    with transaction.atomic():
        show = air.end_show(show_id)
        report_show.defer(show_id=show_id)
    return show_told(show)


@router.get(
    "/shows/{show_id}/room", response=RoomTold, summary="Read the state of the room", **for_()
)
def read_room(request: Asked, show_id: PathId) -> RoomTold:
    """What viewers see at this instant: card, message, counts, offers."""
    state = store.snapshot(show_id)
    return RoomTold(
        seq=state.seq,
        state=state.air,
        segment_id=state.segment_id,
        viewers=state.viewers,
        likes=state.likes,
        card=CueTold.model_validate(state.card) if state.card else None,
        pin=CueTold.model_validate(state.pin) if state.pin else None,
        offers=[
            OfferState(
                offer_id=offer_id,
                left=offer.left,
                price_fen=offer.price_fen,
                price_version=offer.price_version,
                state=offer.state,
            )
            for offer_id, offer in sorted(state.offers.items())
        ],
    )


@router.get(
    "/shows/{show_id}/stream-key",
    response=StreamKey,
    summary="Read where to publish, and the stream key",
    **for_(Deed.SHOW_DIRECT),
)
def read_stream_key(request: Asked, show_id: PathId) -> StreamKey:
    """The key of the show's channel."""
    return _key_of(find_show(show_id))


@router.post(
    "/shows/{show_id}/stream-key",
    response=StreamKey,
    summary="Renew the stream key",
    **for_(Deed.SHOW_DIRECT),
)
def new_stream_key(request: Asked, show_id: PathId) -> StreamKey:
    """Another key; the old one is refused from now on."""
    with transaction.atomic():
        renew_key(find_show(show_id).channel_id)
    return _key_of(find_show(show_id))


def _key_of(show: Show) -> StreamKey:
    channel = show.channel
    return StreamKey(
        port=settings.CONFIG.rtmp_port,
        path="/live",
        key=channel.key,
        live=channel.live_path,
        replay=channel.replay_path,
        status=channel.status_path,
    )
