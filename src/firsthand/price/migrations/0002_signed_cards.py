"""What was signed is kept beside the price; private keys are kept sealed; round endings."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("price", "0001_initial"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="signingkey",
            options={"verbose_name": "signing key", "verbose_name_plural": "signing keys"},
        ),
        migrations.RemoveField(model_name="signingkey", name="private"),
        migrations.AddField(
            model_name="pricepolicy",
            name="ending_fen",
            field=models.PositiveIntegerField(default=100),
        ),
        migrations.AddField(
            model_name="priceversion",
            name="card",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="signingkey",
            name="sealed",
            field=models.CharField(default="", max_length=120),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="pricepolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("ending_fen__gte", 1)), name="an_ending_of_a_fen"
            ),
        ),
        migrations.AddConstraint(
            model_name="priceversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("during__upper_inf", True)),
                fields=("sku",),
                name="one_price_now",
            ),
        ),
        migrations.AddConstraint(
            model_name="signingkey",
            constraint=models.UniqueConstraint(
                fields=("retired_at",), name="one_key_signs", nulls_distinct=False
            ),
        ),
    ]
