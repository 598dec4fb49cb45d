"""The planning board: what the plan in force is worth, and what stands in it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from firsthand.faces.works.gate import entrance, page
from firsthand.people.rules import Deed


@never_cache
@require_safe
@entrance(Deed.PLAN_READ)
def board(request: HttpRequest) -> HttpResponse:
    """The board."""
    return page(request, "works/board.html", "board")
