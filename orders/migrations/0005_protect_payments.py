from django.db import migrations

from oms.core.db.protection import ListDueWork, ProtectTenantTable

BACKFILL = """
INSERT INTO orders_payment (id, tenant_id, order_id, gateway, method, state, amount, currency, base_currency,
                            reference, captured_at, created_at)
SELECT gen_random_uuid(), tenant_id, id, 'manual', 'other',
       CASE payment_state WHEN 'authorised' THEN 'authorised' ELSE 'captured' END, total, currency, '', '',
       CASE payment_state WHEN 'authorised' THEN NULL ELSE placed_at END, placed_at
FROM orders_order WHERE tenant_id = %s AND payment_state IN ('paid', 'authorised') AND total > 0 AND state <> 'draft'
"""


def pay_for_what_is_paid(apps, schema_editor):
    """Orders that came as paid get the payment they never had. Under FORCE only tenant by tenant."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM core_tenant ORDER BY id")
        for (tenant_id,) in cursor.fetchall():
            cursor.execute(f"SET LOCAL app.tenant_id = '{tenant_id}'")
            cursor.execute(BACKFILL, [tenant_id])
        cursor.execute("SET LOCAL app.tenant_id = ''")


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_payments_and_refunds"), ("core", "0002_facts_keys_and_protection")]

    operations = [
        ProtectTenantTable("Payment", "Refund", "RefundLine", "RefundPart"),
        ListDueWork("orders_refundpart", "tenant_id", "state", "due_at"),
        migrations.RunPython(pay_for_what_is_paid, migrations.RunPython.noop),
    ]
