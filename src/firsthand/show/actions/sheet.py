"""The run sheet: segments in their order, and under each the points that the host makes.

The sheet may be edited while the show is on; what has been on air stays as it was.
"""

from typing import TypedDict, Unpack

from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.offer.models import Offer
from firsthand.show import store
from firsthand.show.claims import needs_proof
from firsthand.show.events import SheetChanged
from firsthand.show.locks import locked_show, segment_of
from firsthand.show.models import Segment, Show, TalkingPoint

SEGMENTS_MAX = 200
POINTS_MAX = 30
MINUTES_MAX = 240


class SegmentWords(TypedDict, total=False):
    """What a segment says; what is left out stays as it is."""

    name_zh: str
    name_en: str
    minutes: int
    product_id: int | None
    offer_id: int | None
    owner_id: int | None


class PointWords(TypedDict, total=False):
    """What a point says and what proves it; what is left out stays as it is."""

    text_zh: str
    text_en: str
    evidence_zh: str
    evidence_en: str


def add_segment(
    show_id: int, *, position: int | None = None, **words: Unpack[SegmentWords]
) -> Segment:
    """Put a segment into the sheet: at a position (from 1), or at the end."""
    show = _open_sheet(show_id)
    last = _last(show)
    if last >= SEGMENTS_MAX:
        raise Refusal("too_many_segments", _("The run sheet is full."))
    at = last + 1 if position is None else min(max(1, position), last + 1)
    segment = Segment(show=show, position=at)
    _say(segment, words)
    store.make_room(show.pk, at)
    segment.save()
    outbox.tell(show.feed, [SheetChanged(show.pk)])
    return segment


def edit_segment(show_id: int, segment_id: int, **words: Unpack[SegmentWords]) -> Segment:
    """Change what a segment says."""
    show = _open_sheet(show_id)
    segment = segment_of(show, segment_id)
    _say(segment, words)
    segment.save()
    outbox.tell(show.feed, [SheetChanged(show.pk)])
    return segment


def move_segment(show_id: int, segment_id: int, position: int) -> None:
    """Put a segment at another position (from 1); a position past the end is the end."""
    show = _open_sheet(show_id)
    segment = segment_of(show, segment_id)
    to_position = min(max(1, position), _last(show))
    if to_position == segment.position:
        return
    store.move_segment(show.pk, segment.pk, segment.position, to_position)
    outbox.tell(show.feed, [SheetChanged(show.pk)])


def remove_segment(show_id: int, segment_id: int) -> None:
    """Take a segment out that has not been on air."""
    show = _open_sheet(show_id)
    segment = segment_of(show, segment_id)
    if segment.began_at is not None:
        raise Refusal("segment_began", _("What has been on air stays in the run sheet."))
    segment.delete()
    store.close_gap(show.pk, segment.position)
    outbox.tell(show.feed, [SheetChanged(show.pk)])


def add_point(show_id: int, segment_id: int, **words: Unpack[PointWords]) -> TalkingPoint:
    """Put a point at the end of a segment's points."""
    show = _open_sheet(show_id)
    segment = segment_of(show, segment_id)
    found = segment.points.aggregate(last=Max("position"))
    if segment.points.count() >= POINTS_MAX:
        raise Refusal("too_many_points", _("This segment has enough points."))
    point = TalkingPoint(segment=segment, position=(found["last"] or 0) + 1)
    _prove(point, words)
    point.save()
    outbox.tell(show.feed, [SheetChanged(show.pk)])
    return point


def edit_point(show_id: int, point_id: int, **words: Unpack[PointWords]) -> TalkingPoint:
    """Change a point, or what proves it."""
    show = _open_sheet(show_id)
    point = _point(show, point_id)
    _prove(point, words)
    point.save()
    outbox.tell(show.feed, [SheetChanged(show.pk)])
    return point


def move_point(show_id: int, point_id: int, position: int) -> None:
    """Put a point at another place (from 1) among those of its segment."""
    show = _open_sheet(show_id)
    point = _point(show, point_id)
    others = list(point.segment.points.exclude(pk=point.pk))
    others.insert(min(max(1, position), len(others) + 1) - 1, point)
    for number, one in enumerate(others, start=1):
        one.position = number
    TalkingPoint.objects.bulk_update(others, ["position"])
    outbox.tell(show.feed, [SheetChanged(show.pk)])


def remove_point(show_id: int, point_id: int) -> None:
    """Take a point out; those behind it move up."""
    show = _open_sheet(show_id)
    point = _point(show, point_id)
    behind = TalkingPoint.objects.filter(segment=point.segment_id, position__gt=point.position)
    point.delete()
    behind.update(position=F("position") - 1)
    outbox.tell(show.feed, [SheetChanged(show.pk)])


def _open_sheet(show_id: int) -> Show:
    show = locked_show(show_id)
    if show.state == Show.State.ENDED:
        raise Refusal("show_is_over", _("This show is over; its run sheet stays as it is."))
    return show


def _last(show: Show) -> int:
    found = show.segments.aggregate(last=Max("position"))
    return int(found["last"] or 0)


def _say(segment: Segment, words: SegmentWords) -> None:
    for field, value in words.items():
        setattr(segment, field, value)
    if not segment.name_zh.strip() or not segment.name_en.strip():
        raise Invalid("no_name", _("A segment has a name in both languages."))
    if not 1 <= segment.minutes <= MINUTES_MAX:
        raise Invalid("minutes", _("A segment takes between 1 and 240 minutes."))
    if segment.offer_id is not None:
        offer = Offer.objects.select_related("sku").filter(pk=segment.offer_id).first()
        if offer is None or offer.show_id != segment.show_id:
            raise NotFound("no_such_offer", _("This is not on offer in this show."))
        segment.product_id = offer.sku.product_id


def _point(show: Show, point_id: int) -> TalkingPoint:
    points = TalkingPoint.objects.select_related("segment")
    point = points.filter(pk=point_id, segment__show=show).first()
    if point is None:
        raise NotFound("no_such_point", _("There is no such point in this run sheet."))
    return point


def _prove(point: TalkingPoint, words: PointWords) -> None:
    for field, value in words.items():
        setattr(point, field, str(value).strip())
    if not point.text_zh or not point.text_en:
        raise Invalid("no_text", _("A point is said in both languages."))
    claim = needs_proof(point.text_zh, point.text_en)
    if claim and not (point.evidence_zh and point.evidence_en):
        raise Refusal(
            "claim_without_proof",
            _("“%(claim)s” is a claim that needs proof: write the evidence beside it.")
            % {"claim": claim},
            status=422,
        )
