from django.db import migrations

from oms.core.db.protection import ListDueWork, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial"), ("orders", "0005_protect_payments")]

    operations = [
        ProtectTenantTable("CustomerMessage"),
        ListDueWork("notifications_customermessage", "tenant_id", "state", "due_at"),
    ]
