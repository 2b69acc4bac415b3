from django.db import migrations

# What was allocated before there was a floor to release it to. Orders that the floor knows are in its own hands.
SCHEDULE = """
INSERT INTO fulfillment_release (id, tenant_id, order_id, due_at)
SELECT gen_random_uuid(), o.tenant_id, o.id,
       o.placed_at + coalesce((t.settings ->> 'remorse_minutes')::int, 30) * interval '1 minute'
FROM orders_order o JOIN core_tenant t ON t.id = o.tenant_id
WHERE o.tenant_id = %s AND o.state = 'open' AND o.open_holds = 0
  AND o.fulfillment_state IN ('allocated', 'part_allocated')
  AND NOT EXISTS (SELECT 1 FROM fulfillment_fulfillmentorder f WHERE f.tenant_id = o.tenant_id AND f.order_id = o.id)
ON CONFLICT (tenant_id, order_id) DO NOTHING
"""


def schedule(apps, schema_editor):
    """Under FORCE only tenant by tenant."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM core_tenant ORDER BY id")
        for (tenant_id,) in cursor.fetchall():
            cursor.execute(f"SET LOCAL app.tenant_id = '{tenant_id}'")
            cursor.execute(SCHEDULE, [tenant_id])
        cursor.execute("SET LOCAL app.tenant_id = ''")


class Migration(migrations.Migration):
    dependencies = [("fulfillment", "0007_one_release_queue"), ("orders", "0005_protect_payments")]

    operations = [migrations.RunPython(schedule, migrations.RunPython.noop)]
