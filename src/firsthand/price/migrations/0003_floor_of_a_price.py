"""The floor of a price is known where the price is: no discount goes below it."""

import django.db.models.expressions
import django.db.models.fields.json
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('price', '0002_signed_cards'),
    ]

    operations = [
        migrations.AddField(
            model_name='priceversion',
            name='floor_fen',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('material_fen'), '+', models.F('labour_fen')), '+', models.F('energy_fen')), '+', models.F('overhead_fen')), '+', models.F('freight_fen')), '+', models.F('service_fen')), '*', django.db.models.expressions.CombinedExpression(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('tax_bp', 'assumptions'), models.BigIntegerField()), 0), '+', models.Value(10000))), '+', models.Value(9999)), '/', models.Value(10000)), output_field=models.BigIntegerField()),
        ),
    ]
