"""The host's prompter: a second phone or tablet beside the camera, to be read from three metres.

It shows one thing at a time, as large as it goes: the point to make now and what proves it. Around
it stands what the host is asked on air: the price and what it is made of, what is left, the day
it ships, what people want to know, and how long until the next segment.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache

from firsthand.faces.studio.console import words_of
from firsthand.faces.studio.desk import Desk, find_show
from firsthand.faces.studio.gate import crew
from firsthand.look import things
from firsthand.people.rules import Deed

PARTS = ("said", "goods", "asked")


@never_cache
@crew(Deed.SHOW_PROMPT)
def prompter(request: HttpRequest, show_id: int) -> HttpResponse:
    """The prompter of a show."""
    return render(request, "studio/prompter.html", _words(request, show_id))


@never_cache
@crew(Deed.SHOW_PROMPT)
def parts(request: HttpRequest, show_id: int) -> HttpResponse:
    """The parts of the prompter as they are now."""
    words = _words(request, show_id)
    looks = (render_to_string(f"studio/prompt_{part}.html", words, request) for part in PARTS)
    return HttpResponse("".join(looks))


def _words(request: HttpRequest, show_id: int) -> dict[str, Any]:
    desk = Desk(find_show(show_id))
    row = desk.offer_at_hand
    price = things.prices([row.offer.sku_id]).get(row.offer.sku_id) if row else None
    return {**words_of(request, desk), "row": row, "price": price}
