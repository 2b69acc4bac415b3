"""A tenant full of orders, written by the superuser in a few statements: for measuring lists, not writing."""

import psycopg

CHUNK = 100_000

ORDERS = """
INSERT INTO orders_order (
    id, tenant_id, number, channel_id, external_id, state, fulfillment_state, payment_state, return_state, email, phone,
    ship_to, bill_to, country, customer_name, currency, goods_total, discount_total, shipping_total, tax_total, total,
    tax_included, units, line_count, first_item, customer_note, open_holds, next_step, locations, placed_at, created_at,
    source, attributes, version, ship_by)
SELECT uuidv7(), %(tenant)s, %(start)s + n, %(channel)s, 'L' || (%(start)s + n),
    CASE WHEN n %% 12 = 0 THEN 'cancelled' WHEN n %% 5 = 0 THEN 'checking' ELSE 'open' END,
    (ARRAY['not_allocated', 'allocated', 'allocated', 'backordered', 'part_allocated'])[1 + n %% 5],
    (ARRAY['paid', 'paid', 'unpaid', 'authorised'])[1 + n %% 4], '',
    'buyer' || (n %% 50000) || '@example.com', '', '{"city": "Leeds", "country": "GB"}', '{}',
    (ARRAY['GB', 'GB', 'DE', 'FR', 'US', 'NL', 'IE'])[1 + n %% 7],
    (ARRAY['Amara', 'Bilal', 'Carys', 'Dev', 'Elif', 'Fergus', 'Greta', 'Hana'])[1 + n %% 8] || ' ' ||
    (ARRAY['Abbott', 'Bakker', 'Castillo', 'Dubois', 'Eriksen', 'Fischer', 'Novak', 'Osei', 'Patel'])[1 + n %% 9],
    'GBP', 20 + n %% 180, 0, 4, 0, 24 + n %% 180, false, 1 + n %% 4, 2, 'Stoneware mug, blue', '',
    CASE WHEN n %% 40 = 0 THEN 1 ELSE 0 END, 'Allocated to Leeds', '["LEEDS"]',
    now() - (%(left)s - n) * interval '1 year' / %(total)s, now(), 'bench', '{}', 1,
    now() + (n %% 96) * interval '1 hour' - interval '1 day'
FROM generate_series(1, %(count)s) AS n
"""
LINES = """
INSERT INTO orders_orderline (
    id, tenant_id, order_id, position, kind, sku, title, quantity, cancelled, in_work, shipped, returned,
    unit_price, discount, tax, total, attributes)
SELECT uuidv7(), o.tenant_id, o.id, p, 'goods', 'SKU-' || ((o.number * p) %% 20000), 'Stoneware mug, blue',
    1, 0, 0, 0, 0, 12, 0, 0, 12, '{}'
FROM orders_order o, generate_series(1, 2) AS p
WHERE o.tenant_id = %(tenant)s AND o.number > %(start)s AND o.number <= %(start)s + %(count)s
"""
WORDS = """
INSERT INTO orders_searchdocument (id, tenant_id, order_id, text, placed_at)
SELECT uuidv7(), o.tenant_id, o.id, lower(o.customer_name || ' ' || o.email || ' stoneware mug blue'), o.placed_at
FROM orders_order o
WHERE o.tenant_id = %(tenant)s AND o.number > %(start)s AND o.number <= %(start)s + %(count)s
"""
COUNTER = """
INSERT INTO core_counter (tenant_id, name, last) VALUES (%(tenant)s, 'order', %(last)s)
ON CONFLICT (tenant_id, name) DO UPDATE SET last = greatest(core_counter.last, excluded.last)
"""
TABLES = ("orders_order", "orders_orderline", "orders_searchdocument", "orders_ordertag")
FIRST_NUMBER = 1_000_000_000


def load_orders(admin: psycopg.Connection, tenant_id: int, channel_id: str, total: int) -> None:
    """Fill the tenant with ``total`` orders of two lines over the last year, then gather statistics."""
    admin.autocommit = True
    for done in range(0, total, CHUNK):
        params = {
            "tenant": tenant_id, "channel": channel_id, "start": FIRST_NUMBER + done,
            "total": total, "left": total - done, "count": min(CHUNK, total - done),
        }  # fmt: skip
        for statement in (ORDERS, LINES, WORDS):
            admin.execute(statement, params)
    admin.execute(COUNTER, {"tenant": tenant_id, "last": FIRST_NUMBER + total})
    for table in TABLES:
        admin.execute(f"VACUUM (ANALYZE) {table}")
