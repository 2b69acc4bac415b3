"""Words the stock tests share."""

from uuid import UUID

from inventory.models import Balance, Movement, Reservation
from inventory.proof import prove_stock
from inventory.stock.values import Demand
from oms.core.db.keys import uuid7
from oms.core.models import Fact
from oms.core.tenancy import current_tenant_id


def wants(item_id: UUID, quantity: int, *, group: UUID | None = None, **more) -> Demand:
    """A demand of its own order, unless ``group`` names one."""
    return Demand(group or uuid7(), uuid7(), item_id, quantity, **more)


def shelf(item_id: UUID, location_id: UUID, state: str = "sellable") -> tuple[int, int]:
    """On hand and reserved."""
    return Balance.objects.values_list("on_hand", "reserved").get(item_id=item_id, location_id=location_id, state=state)


def held_by(demand: Demand) -> dict[UUID, int]:
    """Location → open units."""
    return dict(Reservation.objects.filter(demand_id=demand.demand_id, open__gt=0).values_list("location_id", "open"))


def sides(item_id: UUID) -> list[tuple[str, str, int]]:
    """The item's movements, oldest first: from, to, units."""
    return list(
        Movement.objects.filter(item_id=item_id).order_by("id").values_list("from_state", "to_state", "quantity")
    )


def facts(name: str) -> list[dict]:
    """Payloads of the facts of this name, oldest first."""
    rows = Fact.objects.filter(tenant_id=current_tenant_id(), name=name).order_by("id")
    return [row.payload for row in rows]


def assert_book_adds_up() -> None:
    proof = prove_stock()
    assert proof.holds, proof.breaks
