"""What a part of a bundle costs stands beside it as one amount; bundles under way are found."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0003_of_its_own_product'),
        ('offer', '0002_terms_of_a_deal'),
        ('order', '0003_terms_of_a_deal'),
        ('price', '0003_floor_of_a_price'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField(
            model_name='orderpart',
            old_name='unit_fen',
            new_name='amount_fen',
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('rung_source', 'parts'), ('state__in', ['held', 'deposited', 'grouping', 'paid', 'making', 'ready'])), fields=['id'], name='bundles_under_way'),
        ),
    ]
