"""Balance rows, locked in the one order everybody uses: item, location, state.

``FOR NO KEY UPDATE`` does not block the foreign key checks of lines and movements. Whoever writes a
reservation holds the balance of its item and location first.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from inventory.models import (
    SELLABLE,
    AssemblyOrder,
    Balance,
    Cart,
    CustomField,
    Item,
    Location,
    Lot,
    Product,
    PurchaseOrder,
    Serial,
    SheetImport,
    StockAlert,
    StockCount,
    Supplier,
    SupplierBill,
    SupplierReturn,
    Transfer,
    ValuationState,
)
from inventory.queries.assembly import visible_assemblies
from inventory.queries.billing import visible_bills
from inventory.queries.purchasing import visible_purchase_orders
from inventory.queries.supplier_returns import visible_supplier_returns
from inventory.queries.transfers import visible_transfers
from inventory.stock.kits import KIT, NO_STOCK
from inventory.stock.values import Account
from oms.core.db.bulk import insert_rows
from oms.core.db.reading import read_models, read_rows
from oms.core.errors import Conflict, NotFound
from oms.core.tenancy import current_tenant_id


class KitHasNoStock(Conflict):
    """A kit is sold as one and lies nowhere: its components have stock."""

    code = "kit_has_no_stock"
    title = "A kit has no stock of its own"


class LockedBalance(NamedTuple):
    id: int
    item_id: UUID
    location_id: UUID
    state: str
    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


_COLUMNS = "b.id, b.item_id, b.location_id, b.state, b.on_hand, b.reserved"
_IN_ORDER = "ORDER BY b.item_id, b.location_id, b.state FOR NO KEY UPDATE OF b"


def lock_sellable(item_ids: Collection[UUID]) -> list[LockedBalance]:
    """The sellable balances of these items at every location: nobody else reserves them until the commit."""
    return _locked(
        f"SELECT {_COLUMNS} FROM inventory_balance b WHERE b.tenant_id = %s AND b.item_id = ANY(%s) "
        f"AND b.state = %s {_IN_ORDER}",
        [current_tenant_id(), list(item_ids), SELLABLE],
    )


def lock_accounts(accounts: Collection[Account]) -> dict[Account, LockedBalance]:
    """The balances of these accounts; those that do not exist yet are made first, empty.

    Raises `KitHasNoStock`. It is asked under the locks: whoever makes a kit of an item takes them too.
    """
    wanted = sorted(set(accounts))
    insert_rows(
        Balance,
        [
            {"item_id": item, "location_id": location, "state": state, "on_hand": 0, "reserved": 0}
            for item, location, state in wanted
        ],
        on_conflict="ON CONFLICT (tenant_id, item_id, location_id, state) DO NOTHING",
    )
    items, locations, states = (list(each) for each in zip(*wanted, strict=True))
    rows = _locked(
        f"SELECT {_COLUMNS} FROM inventory_balance b "
        "JOIN unnest(%s::uuid[], %s::uuid[], %s::text[]) AS k(item_id, location_id, state) "
        "ON b.item_id = k.item_id AND b.location_id = k.location_id AND b.state = k.state "
        f"WHERE b.tenant_id = %s {_IN_ORDER}",
        [items, locations, states, current_tenant_id()],
    )
    if kits := Item.objects.filter(id__in=set(items), kind=KIT).values_list("sku", flat=True):
        raise KitHasNoStock(f"{', '.join(sorted(kits))}: {NO_STOCK}")
    return {(row.item_id, row.location_id, row.state): row for row in rows}


def lock_to_become_kits(item_ids: Collection[UUID]) -> list[UUID]:
    """Keep stock of these items from appearing until this transaction ends; returns those that have any.

    The items are locked against new accounts (a foreign key's check waits for ``FOR UPDATE``), then the accounts.
    """
    list(Item.objects.select_for_update().filter(id__in=item_ids).order_by("id"))
    rows = _locked(
        f"SELECT {_COLUMNS} FROM inventory_balance b WHERE b.tenant_id = %s AND b.item_id = ANY(%s) {_IN_ORDER}",
        [current_tenant_id(), list(item_ids)],
    )
    return list(dict.fromkeys(row.item_id for row in rows if row.on_hand))


# Advisory locks in key spaces of their own. Of closings: entries share it, closing a period excludes them.
_CLOSINGS, _AUDITS, _BILLS = 7_200_001, 7_200_002, 7_200_003


def hold_closings() -> None:
    """No period is closed or opened until this transaction ends."""
    read_rows("SELECT pg_advisory_xact_lock_shared(%s, %s)", [_CLOSINGS, current_tenant_id() % 2_147_483_647])


def lock_closings() -> None:
    """Wait for entries that are being dated; nobody else closes or opens a period until this transaction ends."""
    read_rows("SELECT pg_advisory_xact_lock(%s, %s)", [_CLOSINGS, current_tenant_id() % 2_147_483_647])


def lock_audits() -> None:
    """One audit at a time: the next starts from the checkpoint that this one leaves."""
    read_rows("SELECT pg_advisory_xact_lock(%s, %s)", [_AUDITS, current_tenant_id() % 2_147_483_647])


def lock_valuation() -> ValuationState:
    """How far the ledger was followed: one follows at a time. No balance is locked after it."""
    ValuationState.objects.bulk_create([ValuationState()], ignore_conflicts=True)
    return ValuationState.objects.select_for_update(no_key=True).get()


def lock_bills() -> None:
    """One change of what items are made of at a time: two could close a cycle together. Before items."""
    read_rows("SELECT pg_advisory_xact_lock(%s, %s)", [_BILLS, current_tenant_id() % 2_147_483_647])


def _locked(sql: str, params: list) -> list[LockedBalance]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [LockedBalance._make(row) for row in cursor.fetchall()]


def lock_carts(cart_ids: Collection[UUID]) -> list[Cart]:
    """Those that are there. Carts are locked before balances."""
    return list(Cart.objects.select_for_update(no_key=True).filter(id__in=cart_ids).order_by("id"))


def lock_item(item_id: UUID) -> Item | None:
    return Item.objects.select_for_update(no_key=True).filter(id=item_id).first()


def lock_items(item_ids: Collection[UUID]) -> list[Item]:
    return list(Item.objects.select_for_update(no_key=True).filter(id__in=item_ids).order_by("id"))


def lock_products(product_ids: Collection[UUID]) -> list[Product]:
    return list(Product.objects.select_for_update(no_key=True).filter(id__in=product_ids).order_by("id"))


def lock_custom_field(field_id: UUID) -> CustomField | None:
    return CustomField.objects.select_for_update(no_key=True).filter(id=field_id, active=True).first()


def lock_sheet(import_id: UUID) -> SheetImport | None:
    return SheetImport.objects.select_for_update(no_key=True).filter(id=import_id).first()


def lock_location(location_id: UUID) -> Location | None:
    return Location.objects.select_for_update(no_key=True).filter(id=location_id).first()


def lock_locations() -> list[Location]:
    """All of them: there are few, and ranking concerns each."""
    return list(Location.objects.select_for_update(no_key=True).order_by("id"))


def lock_counts(count_ids: Collection[UUID]) -> list[StockCount]:
    """These counts in key order; each before any balance."""
    rows = StockCount.objects.select_for_update(no_key=True, of=("self",)).select_related("location")
    return list(rows.filter(id__in=count_ids).order_by("id"))


def lock_transfer(transfer_id: UUID) -> Transfer:
    """Before any balance. Raises `NotFound`, also for what the actor may not see."""
    rows = visible_transfers().filter(id=transfer_id).select_related("origin", "destination")
    found = rows.select_for_update(no_key=True, of=("self",)).first()
    if found is None:
        raise NotFound("There is no such transfer.")
    return found


def lock_assembly(assembly_id: UUID) -> AssemblyOrder:
    """Before any balance. Raises `NotFound`, also for what the actor may not see."""
    rows = visible_assemblies().filter(id=assembly_id).select_related("item", "location")
    found = rows.select_for_update(no_key=True, of=("self",)).first()
    if found is None:
        raise NotFound("There is no such assembly order.")
    return found


def lock_supplier(supplier_id: UUID) -> Supplier:
    """Raises `NotFound`."""
    found = Supplier.objects.select_for_update(no_key=True).filter(id=supplier_id).first()
    if found is None:
        raise NotFound("There is no such supplier.")
    return found


def lock_bill(bill_id: UUID) -> SupplierBill:
    """Before the orders that it is for. Raises `NotFound`, also for who sees only some locations."""
    rows = visible_bills().filter(id=bill_id).select_related("supplier")
    found = rows.select_for_update(no_key=True, of=("self",)).first()
    if found is None:
        raise NotFound("There is no such bill.")
    return found


def lock_purchase_orders(purchase_order_ids: Collection[UUID]) -> list[PurchaseOrder]:
    """In key order: nothing more is received or billed of them until the commit."""
    rows = PurchaseOrder.objects.select_for_update(no_key=True).filter(id__in=purchase_order_ids)
    return list(rows.order_by("id"))


def lock_purchase_order(purchase_order_id: UUID) -> PurchaseOrder:
    """Before any balance. Raises `NotFound`, also for what the actor may not see."""
    rows = visible_purchase_orders().filter(id=purchase_order_id).select_related("supplier", "location")
    found = rows.select_for_update(no_key=True, of=("self",)).first()
    if found is None:
        raise NotFound("There is no such purchase order.")
    return found


def claim_due_alerts(now: datetime, limit: int) -> list[StockAlert]:
    """Alerts whose mail is due; whoever gets them moves ``mail_due_at`` on before letting go."""
    rows = StockAlert.objects.filter(mail_due_at__lte=now).select_related("item").order_by("kind", "since", "id")
    return list(rows.select_for_update(no_key=True, skip_locked=True, of=("self",))[:limit])


def lock_supplier_return(return_id: UUID) -> SupplierReturn:
    """Before any balance. Raises `NotFound`, also for what the actor may not see."""
    rows = visible_supplier_returns().filter(id=return_id).select_related("supplier", "location")
    found = rows.select_for_update(no_key=True, of=("self",)).first()
    if found is None:
        raise NotFound("There is no such return to a supplier.")
    return found


def claim_due_chase(now: datetime) -> SupplierReturn | None:
    """One return whose mail is due; whoever gets it moves ``mail_due_at`` on before letting go."""
    rows = SupplierReturn.objects.filter(mail_due_at__lte=now).select_related("supplier", "location")
    return rows.order_by("mail_due_at", "id").select_for_update(no_key=True, skip_locked=True, of=("self",)).first()


def claim_due_purchase_mail(now: datetime) -> PurchaseOrder | None:
    """One purchase order whose mail is due; whoever gets it moves ``mail_due_at`` on before letting go."""
    rows = PurchaseOrder.objects.filter(mail_due_at__lte=now).select_related("supplier", "location")
    return rows.order_by("mail_due_at", "id").select_for_update(no_key=True, skip_locked=True, of=("self",)).first()


def lock_lots(lot_ids: Collection[UUID]) -> list[Lot]:
    """These lots in key order, with their items; each before any balance."""
    rows = Lot.objects.select_for_update(no_key=True, of=("self",)).select_related("item")
    return list(rows.filter(id__in=lot_ids).order_by("id"))


def hold_lots(keys: Collection[tuple[UUID, str]]) -> list[Lot]:
    """Lots by item and code, which nobody blocks before this transaction ends; each before any balance."""
    items, codes = (list(each) for each in zip(*keys, strict=True))
    where = (
        "tenant_id = %s AND (item_id, code_key) IN (SELECT * FROM unnest(%s::uuid[], %s::text[])) ORDER BY id FOR SHARE"
    )
    return read_models(Lot, where, [current_tenant_id(), items, codes])


def lock_serials(keys: Collection[tuple[UUID, str]]) -> list[Serial]:
    """Known units by item and number, with their locations, in key order; each before any balance."""
    items, codes = (list(each) for each in zip(*keys, strict=True))
    wanted = set(keys)
    rows = Serial.objects.select_for_update(no_key=True, of=("self",)).select_related("location")
    found = rows.filter(item_id__in=set(items), code_key__in=set(codes)).order_by("id")
    return [each for each in found if (each.item_id, each.code_key) in wanted]


def lock_serials_by_id(serial_ids: Collection[UUID]) -> list[Serial]:
    """These units in key order, with their items and locations; each before any balance."""
    rows = Serial.objects.select_for_update(no_key=True, of=("self",)).select_related("item", "location")
    return list(rows.filter(id__in=serial_ids).order_by("id"))


def lock_whole_item(item_id: UUID) -> None:
    """Wait for everybody who writes of this item in a transaction that is open; nobody new begins before this ends."""
    read_rows(
        "SELECT id FROM inventory_item WHERE tenant_id = %s AND id = %s FOR UPDATE", [current_tenant_id(), item_id]
    )
