"""Phones, with as many of each as was asked for; says what they are called, as JSON."""

import json
import os
import sys
from decimal import Decimal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
import django

django.setup()
from django.core.management import call_command
from oscar.core.loading import get_model

call_command("migrate", verbosity=0)
kind = get_model("catalogue", "ProductClass").objects.create(
    name="Phone", track_stock=True, requires_shipping=True
)
maker = get_model("partner", "Partner").objects.create(name="Maker", code="maker")
branch = get_model("catalogue", "Category").add_root(name="Phones", slug="phones")
get_model("address", "Country").objects.create(
    iso_3166_1_a2="CN",
    iso_3166_1_a3="CHN",
    iso_3166_1_numeric="156",
    name="China",
    printable_name="China",
    is_shipping_country=True,
)
made = []
for n, pieces in enumerate(json.loads(sys.argv[1])):
    phone = get_model("catalogue", "Product").objects.create(
        title="Phone", slug="phone", upc=f"P{n}", product_class=kind
    )
    phone.categories.add(branch)
    get_model("partner", "StockRecord").objects.create(
        product=phone,
        partner=maker,
        partner_sku=f"P{n}",
        price=Decimal("199.00"),
        price_currency="CNY",
        num_in_stock=pieces,
    )
    made.append(phone.pk)
print(json.dumps({"items": made, "slug": "phone"}))
