from django.db import migrations

from oms.core.db.protection import ListDueWork, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("shipping", "0001_initial")]

    operations = [
        ProtectTenantTable("CarrierAccount", "Shipment", "LabelPurchase", "TrackingEvent", "TrackingMessage"),
        ListDueWork("shipping_labelpurchase", "tenant_id", "state", "due_at"),
        ListDueWork("shipping_trackingmessage", "tenant_id", "state", "due_at"),
    ]
