from django.db import migrations

from oms.core.db.protection import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [ProtectTenantTable("SalesChannel", "Approval")]
