from django.db import migrations

from oms.core.db.protection import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_ratings_and_customer_list")]

    operations = [ProtectTenantTable("OrderRating")]
