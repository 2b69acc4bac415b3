from django.db import migrations

from oms.core.db.protection import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("returns", "0001_initial"), ("orders", "0005_protect_payments"), ("inventory", "0005_final_sale")]

    operations = [ProtectTenantTable("Return", "ReturnLine", "ReturnPhoto", "Receipt", "Inspection")]
