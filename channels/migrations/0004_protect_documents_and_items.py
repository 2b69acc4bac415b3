from django.db import migrations

from oms.core.db.protection import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("channels", "0003_documents_and_items")]

    operations = [ProtectTenantTable("ImportRow", "ImportDocument", "ImportItem")]
