from django.db import migrations

from oms.core.db.protection import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("inventory", "0034_assembly")]

    operations = [ProtectTenantTable("AssemblyOrder", "AssemblyLine")]
