"""A group's own address, which its people send to others: it leads to where one joins it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from firsthand.kit import clock
from firsthand.offer.models import MALL
from firsthand.order.models import Group
from firsthand.show.models import Show


@never_cache
def group(request: HttpRequest, group_id: int) -> HttpResponse:
    """To the room of its show with the sheet open, or to the product with the button there."""
    found = get_object_or_404(Group.objects.select_related("offer__sku__product"), pk=group_id)
    offer = found.offer
    if found.state != Group.State.FORMING or found.expires_at <= clock.now():
        messages.info(request, _("This group is over. Open another one, or join one."))
    show = Show.objects.filter(pk=offer.show_id).first() if offer.show_id != MALL else None
    if show is not None and show.state != Show.State.ENDED:
        return redirect(f"{reverse('room', args=[show.slug])}?{urlencode({'group': found.pk})}")
    words = {"sku": offer.sku.code, "group": found.pk}
    return redirect(
        f"{reverse('product', args=[offer.sku.product.slug])}?{urlencode(words)}#together"
    )
