"""Shows are planned, go on air, and end."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from firsthand.kit import outbox
from firsthand.kit.clock import epoch_ms, now
from firsthand.kit.errors import Invalid, Refusal
from firsthand.media import actions as media
from firsthand.media.models import Channel
from firsthand.show.events import ShowEnded, ShowWentOnAir
from firsthand.show.locks import end_segment, locked_show
from firsthand.show.models import Show


def plan_show(
    *, slug: str, title_zh: str, title_en: str, host_id: int, planned_at: datetime, poster: str = ""
) -> Show:
    """A show in preparation, with a channel of its own to publish to."""
    if Show.objects.filter(slug=slug).exists() or Channel.objects.filter(name=slug).exists():
        raise Invalid("slug_taken", _("There is a show with this address already."))
    return Show.objects.create(
        slug=slug,
        title_zh=title_zh,
        title_en=title_en,
        host_id=host_id,
        planned_at=planned_at,
        poster=poster,
        channel=media.open_channel(slug),
    )


def go_on_air(show_id: int) -> Show:
    """The show begins. A show begins once."""
    show = locked_show(show_id)
    if show.state != Show.State.DRAFT:
        raise Refusal("began_already", _("This show has begun already."))
    show.state, show.on_air_at = Show.State.ON_AIR, now()
    show.save(update_fields=["state", "on_air_at"])
    outbox.tell(show.feed, [ShowWentOnAir(show.pk, epoch_ms(show.on_air_at))])
    return show


def end_show(show_id: int) -> Show:
    """The show is over; its segment ends with it. What is on offer stays on offer."""
    show = locked_show(show_id)
    if show.state != Show.State.ON_AIR:
        raise Refusal("not_on_air", _("This show is not on air."))
    ended_at = now()
    end_segment(show, ended_at)
    show.state, show.ended_at = Show.State.ENDED, ended_at
    show.segment = show.segment_since = None
    show.save(update_fields=["state", "ended_at", "segment", "segment_since"])
    media.close_channel(show.channel_id)  # nobody publishes to what is over; the replay ends
    outbox.tell(show.feed, [ShowEnded(show.pk, epoch_ms(ended_at))])
    return show
