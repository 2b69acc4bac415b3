from django.db import migrations

from oms.core.db.protection import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial"), ("orders", "0007_protect_ratings")]

    operations = [ProtectTenantTable("Verification", "ReturnDraft")]
