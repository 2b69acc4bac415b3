"""Serial numbers: which units there are, where each is, and its whole life."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from inventory.items import sku_key
from inventory.models import OUTSIDE, Item, Recall, Serial, SerialMove
from inventory.queries.tracing import LAST, Sent
from oms.core.db.reading import read_rows
from oms.core.errors import NotFound
from oms.core.tenancy import current_tenant_id, unit

NEWEST = ("-id",)


def visible_serials() -> QuerySet[Serial]:
    """Units at the locations this actor may see, and those outside of all."""
    rows, limited_to = Serial.objects.select_related("item", "location", "lot"), unit().actor.locations
    if limited_to is None:
        return rows
    return rows.filter(Q(location_id__in=limited_to) | Q(location__isnull=True, state__in=OUTSIDE))


def serials(*, text: str = "", item_id: UUID | None = None, state: str = "") -> QuerySet[Serial]:
    """To page through by `NEWEST`; ``text`` is the beginning of a number."""
    rows = visible_serials()
    if item_id is not None:
        rows = rows.filter(item_id=item_id)
    if state:
        rows = rows.filter(state=state)
    if key := sku_key(text.replace("\0", "")):
        rows = rows.filter(code_key__gte=key, code_key__lt=key + LAST)
    return rows


def serial_by_id(serial_id: UUID) -> Serial:
    """Raises `NotFound`."""
    found = visible_serials().filter(id=serial_id).first()
    if found is None:
        raise NotFound("There is no such unit.")
    return found


def serials_by_code(code: str, item_ids: Collection[UUID] | None = None) -> list[Serial]:
    """Units with this number, of these items or of any, wherever they are."""
    rows = Serial.objects.filter(code_key=sku_key(code.replace("\0", ""))).select_related("item", "location", "lot")
    if item_ids is not None:
        rows = rows.filter(item_id__in=item_ids)
    return list(rows.order_by("id")[:50])


def life_of(serial: Serial) -> list[SerialMove]:
    """Every place it came to, the newest first."""
    return list(SerialMove.objects.filter(serial=serial).select_related("location").order_by("-id")[:500])


def serials_of_recall(recall: Recall) -> list[Serial]:
    rows = Serial.objects.filter(recalls__recall=recall).select_related("item", "location", "lot")
    return list(rows.order_by("item__sku_key", "code_key"))


def sent_of_serials(serial_ids: Collection[UUID]) -> list[Sent]:
    """Who got these units, also those that came back since, the first first."""
    rows = read_rows(
        "SELECT m.demand_id, m.cause_id, s.code, 1, "
        "CASE WHEN s.state = 'customer' AND s.demand_id IS NOT DISTINCT FROM m.demand_id THEN 0 ELSE 1 END, m.at "
        "FROM inventory_serialmove m JOIN inventory_serial s ON s.id = m.serial_id AND s.tenant_id = m.tenant_id "
        "WHERE m.tenant_id = %s AND m.serial_id = ANY(%s) AND m.state = 'customer' ORDER BY m.id",
        [current_tenant_id(), list(serial_ids)],
    )
    return [Sent(*row) for row in rows]


def tracks_any_serials() -> bool:
    """Whether any item is tracked by serial number."""
    return Item.objects.filter(tracks_serials=True).exists()
