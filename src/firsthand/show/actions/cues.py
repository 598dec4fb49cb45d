"""Cues: what viewers are to see when their own playheads reach a media time.

A cue is stamped with the media time of the frame that the director sees when he presses
(AT_MS, the epoch milliseconds of EXT-X-PROGRAM-DATE-TIME), so that every viewer sees the
card on that very frame, however late he watches. Whoever has no picture before him leaves
AT_MS out, and the present instant stands for it.
"""

from django.utils.translation import gettext_lazy as _

from firsthand.kit import outbox
from firsthand.kit.clock import epoch_ms, now
from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.offer.models import Offer
from firsthand.show.events import CueGiven, CueTakenBack, SegmentBegan
from firsthand.show.locks import end_segment, segment_of, show_on_air
from firsthand.show.models import Cue, Segment, Show
from firsthand.show.rules import CUES_MAX, is_of_the_show
from firsthand.show.speech import TEXT_MAX, cleaned


def begin_segment(
    show_id: int, segment_id: int, *, at_ms: int | None = None, by: int | None = None
) -> Cue:
    """The crew goes on to a segment of the run sheet; the one before it has ended."""
    show = show_on_air(show_id)
    segment = segment_of(show, segment_id)
    if show.segment_id == segment.pk:
        raise Refusal("segment_is_on", _("This segment is on already."))
    began_at = now()
    end_segment(show, began_at)
    segment.began_at, segment.ended_at = began_at, None
    segment.save(update_fields=["began_at", "ended_at"])
    show.segment, show.segment_since = segment, began_at
    show.save(update_fields=["segment", "segment_since"])
    cue = _write(show, Cue.Kind.SEGMENT, at_ms, by, segment=segment)
    outbox.tell(show.feed, [_given(cue), SegmentBegan(show.pk, segment.pk, cue.pk, cue.at_ms)])
    return cue


def show_card(
    show_id: int, offer_id: int, *, at_ms: int | None = None, by: int | None = None
) -> Cue:
    """The card of an offer is shown, in place of the one before it."""
    show = show_on_air(show_id)
    offer = Offer.objects.filter(pk=offer_id, show_id=show.pk).first()
    if offer is None:
        raise NotFound("no_such_offer", _("This is not on offer in this show."))
    return _give(show, Cue.Kind.CARD, at_ms, by, offer=offer)


def card_off(show_id: int, *, at_ms: int | None = None, by: int | None = None) -> Cue:
    """The card is put away."""
    return _give(show_on_air(show_id), Cue.Kind.CARD_OFF, at_ms, by)


def pin(show_id: int, text: str, *, at_ms: int | None = None, by: int | None = None) -> Cue:
    """A message is pinned above the chat, in place of the one before it."""
    words = cleaned(text)
    if not words:
        raise Invalid("empty", _("Please write something."))
    if len(words) > TEXT_MAX:
        raise Invalid("too_long", _("That is too long: 200 letters at most."))
    return _give(show_on_air(show_id), Cue.Kind.PIN, at_ms, by, text=words)


def unpin(show_id: int, *, at_ms: int | None = None, by: int | None = None) -> Cue:
    """The pinned message is taken off."""
    return _give(show_on_air(show_id), Cue.Kind.UNPIN, at_ms, by)


def take_back(show_id: int, cue_id: int) -> None:
    """A card or a message was a mistake: it is as if it had never been shown."""
    show = show_on_air(show_id)
    cue = Cue.objects.filter(pk=cue_id, show=show).first()
    if cue is None:
        raise NotFound("no_such_cue", _("There is no such cue."))
    if cue.kind == Cue.Kind.SEGMENT:
        raise Refusal("segment_began", _("A segment that has begun cannot be taken back."))
    cue.delete()
    outbox.tell(show.feed, [CueTakenBack(cue_id)])


def _give(
    show: Show,
    kind: Cue.Kind,
    at_ms: int | None,
    by: int | None,
    *,
    offer: Offer | None = None,
    text: str = "",
) -> Cue:
    cue = _write(show, kind, at_ms, by, offer=offer, text=text)
    outbox.tell(show.feed, [_given(cue)])
    return cue


def _write(
    show: Show,
    kind: Cue.Kind,
    at_ms: int | None,
    by: int | None,
    *,
    offer: Offer | None = None,
    segment: Segment | None = None,
    text: str = "",
) -> Cue:
    assert show.on_air_at is not None, "a show on air began some time"
    now_ms = epoch_ms(now())
    at_ms = now_ms if at_ms is None else at_ms
    if not is_of_the_show(at_ms, on_air_at_ms=epoch_ms(show.on_air_at), now_ms=now_ms):
        raise Invalid("not_of_this_show", _("That media time is not one of this show."))
    if Cue.objects.filter(show=show).count() >= CUES_MAX:
        raise Refusal("too_many_cues", _("This show has as many cues as a show can have."))
    return Cue.objects.create(
        show=show, kind=kind, at_ms=at_ms, offer=offer, segment=segment, text=text, by_id=by
    )


def _given(cue: Cue) -> CueGiven:
    return CueGiven(
        cue_id=cue.pk,
        kind=str(cue.kind),
        at_ms=cue.at_ms,
        offer_id=cue.offer_id,
        segment_id=cue.segment_id,
        text=cue.text,
    )
