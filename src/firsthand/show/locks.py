"""Rows taken for changing. In one place, so that everybody takes them in the same order."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from firsthand.kit.errors import NotFound, Refusal
from firsthand.show.models import Segment, Show


def locked_show(show_id: int) -> Show:
    """A show, locked until the end of the transaction.

    The lock lets rows be added that point at the show (chat lines, orders): those of a
    burst do not wait for the director.
    """
    show = Show.objects.select_for_update(no_key=True).filter(pk=show_id).first()
    if show is None:
        raise NotFound("no_such_show", _("There is no such show."))
    return show


def show_on_air(show_id: int) -> Show:
    """A show that is on air, locked; refuses any other."""
    show = locked_show(show_id)
    if show.state != Show.State.ON_AIR:
        raise Refusal("not_on_air", _("This show is not on air."))
    return show


def segment_of(show: Show, segment_id: int) -> Segment:
    """A segment of a show's sheet; the show must be locked."""
    segment = Segment.objects.filter(pk=segment_id, show=show).first()
    if segment is None:
        raise NotFound("no_such_segment", _("There is no such segment in this run sheet."))
    return segment


def end_segment(show: Show, ended_at: datetime) -> None:
    """The segment that is on has ended, if one is on; the show must be locked."""
    if show.segment_id is not None:
        Segment.objects.filter(pk=show.segment_id).update(ended_at=ended_at)
