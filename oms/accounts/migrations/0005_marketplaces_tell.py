from django.db import migrations

# A marketplace tells its own customers, also one that was there before anybody could say so.
MARKETPLACES = (
    "UPDATE accounts_saleschannel SET told_by = 'channel' "
    "WHERE tenant_id = %s AND kind = 'marketplace' AND told_by = 'nobody'"
)


def let_marketplaces_tell(apps, schema_editor):
    """Under FORCE only tenant by tenant."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM core_tenant ORDER BY id")
        for (tenant_id,) in cursor.fetchall():
            cursor.execute(f"SET LOCAL app.tenant_id = '{tenant_id}'")
            cursor.execute(MARKETPLACES, [tenant_id])
        cursor.execute("SET LOCAL app.tenant_id = ''")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_told_by")]

    operations = [migrations.RunPython(let_marketplaces_tell, migrations.RunPython.noop)]
