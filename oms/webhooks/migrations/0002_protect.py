from django.db import migrations

from oms.core.db.protection import ListDueWork, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_initial")]

    operations = [
        ProtectTenantTable("Endpoint", "Message", "Attempt"),
        ListDueWork("webhooks_message", "tenant_id", "state", "due_at"),
    ]
