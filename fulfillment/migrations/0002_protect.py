from django.db import migrations

from oms.core.db.protection import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("fulfillment", "0001_initial"), ("orders", "0002_protect_and_search")]

    operations = [ProtectTenantTable("Decision", "Backorder")]
