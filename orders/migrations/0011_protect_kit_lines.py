from django.db import migrations

from oms.core.db.protection import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("orders", "0010_kit_lines")]

    operations = [ProtectTenantTable("OrderLine")]
