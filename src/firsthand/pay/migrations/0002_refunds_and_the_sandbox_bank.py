"""Refunds that are carried out after the commit, and the sandbox bank's own book."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import firsthand.kit.ids


class Migration(migrations.Migration):

    dependencies = [("pay", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SandboxCharge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.UUIDField(unique=True)),
                ("amount_fen", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("refunded_fen", models.BigIntegerField(db_default=0)),
                ("state", models.CharField(choices=[("open", "Open"), ("paid", "Paid"), ("refused", "Refused")], default="open", max_length=10)),
                ("word_id", models.CharField(blank=True, max_length=80)),
                ("return_url", models.CharField(max_length=300)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "charge of the sandbox bank",
                "verbose_name_plural": "charges of the sandbox bank",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("refunded_fen__gte", 0), ("refunded_fen__lte", models.F("amount_fen"))),
                        name="the_bank_gives_back_what_it_took",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SandboxRefund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(unique=True)),
                ("amount_fen", models.BigIntegerField()),
                ("done_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("charge", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="pay.sandboxcharge")),
            ],
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=firsthand.kit.ids.uuid7, editable=False, unique=True)),
                ("amount_fen", models.BigIntegerField()),
                ("reason", models.CharField(max_length=40)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("payment", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="pay.payment")),
            ],
            options={
                "verbose_name": "refund",
                "verbose_name_plural": "refunds",
                "indexes": [models.Index(condition=models.Q(("done_at", None)), fields=["id"], name="refunds_not_done")],
                "constraints": [models.CheckConstraint(condition=models.Q(("amount_fen__gt", 0)), name="money_goes_back")],
            },
        ),
    ]
