from django.db import migrations

from oms.core.db.keys import uuid7
from oms.core.db.protection import ListDueWork, ProtectTenantTable

WAYS = (("file", "Files"), ("api", "API"))


def connect_channels(apps, schema_editor):
    """Every channel takes files and orders over the API, as it did before. Under FORCE only tenant by tenant."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM core_tenant ORDER BY id")
        for (tenant_id,) in cursor.fetchall():
            cursor.execute(f"SET LOCAL app.tenant_id = '{tenant_id}'")
            cursor.execute("SELECT id FROM accounts_saleschannel WHERE tenant_id = %s ORDER BY id", [tenant_id])
            rows = [
                (uuid7(), tenant_id, channel_id, kind, name)
                for (channel_id,) in cursor.fetchall()
                for kind, name in WAYS
            ]
            cursor.executemany(
                "INSERT INTO channels_connection (id, tenant_id, channel_id, kind, name, secret, previous_secret, "
                "settings, state, state_reason, version, created_at) "
                "VALUES (%s, %s, %s, %s, %s, '', '', '{}', 'active', '', 1, now())",
                rows,
            )
        cursor.execute("SET LOCAL app.tenant_id = ''")


class Migration(migrations.Migration):
    dependencies = [("channels", "0006_connections"), ("core", "0002_facts_keys_and_protection")]

    operations = [
        ProtectTenantTable("Connection", "ChannelMessage"),
        ListDueWork("channels_channelmessage", "tenant_id", "state", "due_at"),
        migrations.RunPython(connect_channels, migrations.RunPython.noop),
    ]
