"""Words the tests of counting share."""

from uuid import UUID

from inventory.actions.counts.opening import open_count
from inventory.actions.counts.recording import CountEntry, record_counts
from inventory.models import Movement, StockCount, StockCountLine
from oms.accounts.queries import actor_of_membership
from oms.core.tenancy import unit_of_work

OPEN_TASKS = {"state": "draft"}


def counting(catalog, *skus: str, **more) -> StockCount:
    """An open count in Leeds of these items, of all of them without a name."""
    ids = [catalog.id(sku) for sku in skus] or [each.id for each in catalog.items]
    return open_count(location_id=catalog.leeds.id, item_ids=ids, **more)


def entered(stock_count: StockCount, counted: dict[UUID, int], **more) -> None:
    """Enter what lies on the sellable shelf."""
    entries = [CountEntry(item_id, units) for item_id, units in counted.items()]
    record_counts(count_id=stock_count.id, entries=entries, **more)


def line_of(stock_count: StockCount, item_id: UUID, state: str = "sellable") -> StockCountLine:
    return StockCountLine.objects.get(stock_count=stock_count, item_id=item_id, state=state)


def state_of(stock_count: StockCount) -> str:
    return StockCount.objects.values_list("state", flat=True).get(id=stock_count.id)


def replayed(line: StockCountLine) -> int:
    """What the ledger's movements up to the line's position add up to on its account."""
    here = {"item_id": line.item_id, "id__lte": line.position}
    came = Movement.objects.filter(**here, to_location_id=line.location_id, to_state=line.state)
    left = Movement.objects.filter(**here, from_location_id=line.location_id, from_state=line.state)
    return sum(came.values_list("quantity", flat=True)) - sum(left.values_list("quantity", flat=True))


def as_person(membership):
    """A unit of work of this person."""
    return unit_of_work(membership.tenant_id, actor_of_membership(membership))
