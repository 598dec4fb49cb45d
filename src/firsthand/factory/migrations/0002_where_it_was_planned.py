"""A planned operation keeps the work centre it was planned on, when the routing changes."""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
update factory_plannedoperation as planned set work_centre_id = operation.work_centre_id
from factory_operation as operation where operation.id = planned.operation_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ("factory", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="plannedoperation",
            name="work_centre",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="factory.workcentre",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        # What was just written has foreign keys to be checked; until then nothing may change.
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="plannedoperation",
            name="work_centre",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="factory.workcentre"
            ),
        ),
    ]
