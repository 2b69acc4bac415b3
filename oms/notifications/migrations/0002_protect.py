from django.db import migrations

from oms.core.db.protection import ListDueWork, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial"), ("orders", "0005_protect_payments")]

    operations = [
        ProtectTenantTable("Message"),
        ListDueWork("notifications_message", "tenant_id", "state", "due_at"),
    ]
