from django.db import migrations

from oms.core.db.protection import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial"), ("accounts", "0002_protect")]

    operations = [ProtectTenantTable("Mapping", "Import", "ImportRow")]
