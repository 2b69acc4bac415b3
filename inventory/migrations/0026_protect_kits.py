from django.db import migrations

from oms.core.db.protection import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("inventory", "0025_kits")]

    operations = [ProtectTenantTable("KitComponent")]
