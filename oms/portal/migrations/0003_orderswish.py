from django.db import migrations, models

import oms.core.db.keys
import oms.core.tenancy
from oms.core.db.protection import ListDueWork, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_protect")]

    operations = [
        migrations.CreateModel(
            name="OrdersWish",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=oms.core.db.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "tenant_id",
                    models.BigIntegerField(default=oms.core.tenancy.current_tenant_id, editable=False),
                ),
                ("email", models.TextField(db_collation="C")),
                ("due_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant_id", "due_at"], name="portal_orderswish_due")],
                "constraints": [models.UniqueConstraint(fields=("tenant_id", "email"), name="portal_orderswish_once")],
            },
        ),
        ProtectTenantTable("OrdersWish"),
        ListDueWork("portal_orderswish", "tenant_id", "due_at"),
    ]
