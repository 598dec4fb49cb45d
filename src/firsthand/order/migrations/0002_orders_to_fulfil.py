"""The orders that wait for their pieces, or for the carrier, are found by SKU."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0001_initial"),
        ("order", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("state__in", ["paid", "making", "ready"])),
                fields=["sku", "ship_by"],
                name="orders_to_fulfil",
            ),
        ),
    ]
