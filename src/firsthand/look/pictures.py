"""Where pictures of the house lie."""

from django.conf import settings

from firsthand.catalogue.models import Product


def picture_of(product: Product, sku_id: int = 0) -> str:
    """Where the picture of a SKU lies, or of its product; pictures must be prefetched."""
    own = [picture for picture in product.pictures.all() if picture.sku_id == sku_id]
    common = [picture for picture in product.pictures.all() if picture.sku_id is None]
    chosen = next(iter([*own, *common, *product.pictures.all()]), None)
    return picture_url(chosen.file.name or "" if chosen else "")


def picture_url(name: str) -> str:
    """The address of a picture file of the house."""
    return f"{settings.MEDIA_URL}{name}" if name else ""
