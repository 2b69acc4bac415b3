from django.db import migrations

from oms.core.db.protection import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [ProtectTenantTable("Item", "ItemCode", "Location", "Balance", "Movement", "Reservation")]
