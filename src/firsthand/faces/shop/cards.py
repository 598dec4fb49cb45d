"""Signed cost cards for everyone: the card as it was signed, and the means to check it."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from firsthand.catalogue.models import Sku
from firsthand.faces.shop.mall import shelf
from firsthand.look import things
from firsthand.price import card as cards
from firsthand.price import store
from firsthand.price.models import PriceVersion


def cost_card(request: HttpRequest, sku_id: int, version: int) -> HttpResponse:
    """The card of one price, checked by us now, and by the reader's own browser if he likes."""
    row = _row(sku_id, version)
    public = store.public_keys().get(row.key_id, "")
    sku = Sku.objects.select_related("product").get(pk=sku_id)
    words = {
        "at": "pricing",
        "sku": sku,
        "row": row,
        "price": things.price_of(row),
        "public": public,
        "is_right": cards.verify(row.card.encode(), row.signature, public),
        "history": store.history(sku_id),
    }
    return shelf(request, "shop/cost_card.html", words)


def cost_card_file(request: HttpRequest, sku_id: int, version: int) -> JsonResponse:
    """The same for a program: the text that was signed, the signature and the public key."""
    row = _row(sku_id, version)
    return JsonResponse(
        {
            "algorithm": cards.ALGORITHM,
            "card": row.card,
            "signature": row.signature,
            "key_id": row.key_id,
            "public_key": store.public_keys().get(row.key_id, ""),
        },
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )


def _row(sku_id: int, version: int) -> PriceVersion:
    row = PriceVersion.objects.filter(sku=sku_id, version=version).first()
    if row is None:
        raise Http404
    return row
