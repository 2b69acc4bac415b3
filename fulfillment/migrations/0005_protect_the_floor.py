from django.db import migrations

from oms.core.db.protection import ListDueWork, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("fulfillment", "0004_the_floor"), ("inventory", "0002_protect")]

    operations = [
        ProtectTenantTable(
            "Release", "FulfillmentOrder", "FulfillmentLine", "Parcel", "ParcelContent", "Scan", "ShortPick"
        ),
        ListDueWork("fulfillment_release", "tenant_id", "due_at"),
    ]
