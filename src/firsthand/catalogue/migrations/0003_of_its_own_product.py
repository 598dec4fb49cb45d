"""A page's index; and a fact or a picture of a SKU is of that SKU's own product."""

from django.db import migrations, models
from django.db.models import F, Q

OWN = """
alter table catalogue_sku add constraint sku_of_product unique (id, product_id);
alter table catalogue_attributevalue add constraint fact_of_its_own_product
    foreign key (sku_id, product_id) references catalogue_sku (id, product_id)
    on update cascade deferrable initially deferred;
alter table catalogue_picture add constraint picture_of_its_own_product
    foreign key (sku_id, product_id) references catalogue_sku (id, product_id)
    on update cascade deferrable initially deferred;
"""
BACK = """
alter table catalogue_picture drop constraint picture_of_its_own_product;
alter table catalogue_attributevalue drop constraint fact_of_its_own_product;
alter table catalogue_sku drop constraint sku_of_product;
"""


class Migration(migrations.Migration):

    dependencies = [("catalogue", "0002_search")]

    operations = [
        migrations.AlterModelOptions(
            name="attributevalue",
            options={"verbose_name": "fact", "verbose_name_plural": "facts"},
        ),
        migrations.AlterModelOptions(
            name="picture",
            options={
                "ordering": ("position", "id"),
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
            },
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                F("category"),
                F("listed_at").desc(nulls_last=True),
                F("id"),
                condition=Q(is_listed=True),
                name="listed_products",
            ),
        ),
        migrations.RunSQL(OWN, BACK),
    ]
