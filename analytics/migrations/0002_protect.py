from django.db import migrations

from oms.core.db.protection import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("analytics", "0001_initial"), ("orders", "0007_protect_ratings"), ("accounts", "0002_protect")]

    operations = [ProtectTenantTable("OrderJourney", "DailySales", "DailyFloor")]
