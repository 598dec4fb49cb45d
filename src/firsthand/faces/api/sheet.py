"""The run sheet: segments in their order, and the points that the host makes."""

from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from ninja import Router, Status
from pydantic import Field

from firsthand.faces.api.gate import Asked, for_
from firsthand.faces.api.shapes import Both, Given, Id, Name, Nothing, PathId, Place, Told
from firsthand.faces.api.shows import find_show
from firsthand.people.rules import Deed
from firsthand.show.actions import sheet
from firsthand.show.actions.sheet import MINUTES_MAX
from firsthand.show.models import Segment, TalkingPoint

router = Router(tags=["run sheet"])

Minutes = Annotated[int, Field(ge=1, le=MINUTES_MAX, strict=True)]
Said = Annotated[str, Field(min_length=1, max_length=300)]
Proof = Annotated[str, Field(max_length=300)]


class SegmentGiven(Given):
    """A new segment; without a place it comes last."""

    name_zh: Name
    name_en: Name
    minutes: Minutes = 5
    offer_id: Id | None = None
    product_id: Id | None = None
    owner_id: Id | None = None
    position: Place | None = None


class SegmentChange(Given):
    """What a segment says from now on; what is left out stays."""

    name_zh: Name | None = None
    name_en: Name | None = None
    minutes: Minutes | None = None
    offer_id: Id | None = None
    product_id: Id | None = None
    owner_id: Id | None = None


class PlaceGiven(Given):
    """Another place in the order."""

    position: Place


class PointGiven(Given):
    """A point, and what proves it."""

    text_zh: Said
    text_en: Said
    evidence_zh: Proof = ""
    evidence_en: Proof = ""


class PointChange(Given):
    """What a point says from now on; what is left out stays."""

    text_zh: Said | None = None
    text_en: Said | None = None
    evidence_zh: Proof | None = None
    evidence_en: Proof | None = None


class PointTold(Told):
    """A point of the host's."""

    id: int
    position: int
    text: Both
    evidence: Both


class SegmentTold(Told):
    """A segment with its points."""

    id: int
    position: int
    name: Both
    minutes: int
    offer_id: int | None
    product_id: int | None
    owner_id: int | None
    began_at: datetime | None
    ended_at: datetime | None
    points: list[PointTold]


class SheetTold(Told):
    """A run sheet; ``on`` is the segment that is on."""

    on: int | None
    minutes: int
    segments: list[SegmentTold]


def point_told(point: TalkingPoint) -> PointTold:
    """A point as it is answered."""
    return PointTold(
        id=point.pk,
        position=point.position,
        text=Both(zh=point.text_zh, en=point.text_en),
        evidence=Both(zh=point.evidence_zh, en=point.evidence_en),
    )


def segment_told(segment: Segment) -> SegmentTold:
    """A segment as it is answered."""
    return SegmentTold(
        id=segment.pk,
        position=segment.position,
        name=Both(zh=segment.name_zh, en=segment.name_en),
        minutes=segment.minutes,
        offer_id=segment.offer_id,
        product_id=segment.product_id,
        owner_id=segment.owner_id,
        began_at=segment.began_at,
        ended_at=segment.ended_at,
        points=[point_told(point) for point in segment.points.all()],
    )


@router.get("/shows/{show_id}/sheet", response=SheetTold, summary="Read the run sheet", **for_())
def read_sheet(request: Asked, show_id: PathId) -> SheetTold:
    """Segments and points, in their order."""
    show = find_show(show_id)
    segments = [*show.segments.prefetch_related("points").order_by("position")]
    return SheetTold(
        on=show.segment_id,
        minutes=sum(segment.minutes for segment in segments),
        segments=[segment_told(segment) for segment in segments],
    )


@router.post(
    "/shows/{show_id}/segments",
    response={201: SegmentTold},
    summary="Add a segment",
    **for_(Deed.SHOW_EDIT),
)
def add_segment(request: Asked, show_id: PathId, body: SegmentGiven) -> Status[SegmentTold]:
    """One more segment, at a place or at the end."""
    with transaction.atomic():
        segment = sheet.add_segment(show_id, **body.model_dump())
    return Status(201, segment_told(segment))


@router.patch(
    "/shows/{show_id}/segments/{segment_id}",
    response=SegmentTold,
    summary="Edit a segment",
    **for_(Deed.SHOW_EDIT),
)
def edit_segment(
    request: Asked, show_id: PathId, segment_id: PathId, body: SegmentChange
) -> SegmentTold:
    """Other words, minutes or offer."""
    with transaction.atomic():
        segment = sheet.edit_segment(show_id, segment_id, **_said(body))
    return segment_told(segment)


@router.post(
    "/shows/{show_id}/segments/{segment_id}/move",
    response=Nothing,
    summary="Move a segment",
    **for_(Deed.SHOW_EDIT),
)
def move_segment(request: Asked, show_id: PathId, segment_id: PathId, body: PlaceGiven) -> Nothing:
    """To another place; past the end is the end."""
    with transaction.atomic():
        sheet.move_segment(show_id, segment_id, body.position)
    return Nothing()


@router.delete(
    "/shows/{show_id}/segments/{segment_id}",
    response=Nothing,
    summary="Remove a segment",
    **for_(Deed.SHOW_EDIT),
)
def remove_segment(request: Asked, show_id: PathId, segment_id: PathId) -> Nothing:
    """One that has not been on air."""
    with transaction.atomic():
        sheet.remove_segment(show_id, segment_id)
    return Nothing()


@router.post(
    "/shows/{show_id}/segments/{segment_id}/points",
    response={201: PointTold},
    summary="Add a point",
    **for_(Deed.SHOW_EDIT),
)
def add_point(
    request: Asked, show_id: PathId, segment_id: PathId, body: PointGiven
) -> Status[PointTold]:
    """A claim such as "the first" needs evidence, or it is refused."""
    with transaction.atomic():
        point = sheet.add_point(show_id, segment_id, **body.model_dump())
    return Status(201, point_told(point))


@router.patch(
    "/shows/{show_id}/points/{point_id}",
    response=PointTold,
    summary="Edit a point",
    **for_(Deed.SHOW_EDIT),
)
def edit_point(request: Asked, show_id: PathId, point_id: PathId, body: PointChange) -> PointTold:
    """Other words or other evidence."""
    with transaction.atomic():
        point = sheet.edit_point(show_id, point_id, **_said(body))
    return point_told(point)


@router.post(
    "/shows/{show_id}/points/{point_id}/move",
    response=Nothing,
    summary="Move a point",
    **for_(Deed.SHOW_EDIT),
)
def move_point(request: Asked, show_id: PathId, point_id: PathId, body: PlaceGiven) -> Nothing:
    """To another place under its segment."""
    with transaction.atomic():
        sheet.move_point(show_id, point_id, body.position)
    return Nothing()


@router.delete(
    "/shows/{show_id}/points/{point_id}",
    response=Nothing,
    summary="Remove a point",
    **for_(Deed.SHOW_EDIT),
)
def remove_point(request: Asked, show_id: PathId, point_id: PathId) -> Nothing:
    """Those behind it move up."""
    with transaction.atomic():
        sheet.remove_point(show_id, point_id)
    return Nothing()


def _said(body: Given) -> Any:
    """What was said, and not what was left out. An id may be null: then it is taken off."""
    words = body.model_dump(exclude_unset=True)
    return {name: word for name, word in words.items() if word is not None or name.endswith("_id")}
