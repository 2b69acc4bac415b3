"""Any commands in any order on items with lots, serial numbers and bins: all four books always add up and agree."""

from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from inventory.actions.bins import create_bins, put_away
from inventory.actions.commit import Commit, commit_stock
from inventory.actions.items import update_item
from inventory.actions.move_state import NotEnough
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.reverse import reverse_movement
from inventory.actions.tracing.blocking import block_lots
from inventory.actions.tracing.expiring import expire_lots
from inventory.models import Bin, Lot, Movement, Quant, Reservation
from inventory.stock.values import LotDraft
from oms.core.db.keys import uuid7
from tests.inventory.test_any_order_of_commands import ITEMS, Warehouse, shelves, units
from tests.inventory.tracing.lots import in_days

LIVES = 6
lots = st.sampled_from("ABC")


class TracedWarehouse(Warehouse):
    """The same model. What expires or is blocked leaves the sellable shelf as if it were lost."""

    def __init__(self) -> None:
        super().__init__()
        for item_id in self.items.values():
            update_item(item_id=item_id, changes={"tracks_lots": True, "tracks_serials": True})
        for place in self.places.values():
            create_bins(location_id=place, codes=["1", "2"])
        self.read = 0

    @rule(shelf=shelves, count=units, lot=lots, numbered=st.booleans())
    def receive(self, shelf, count, lot, numbered):
        ids = self.ids(shelf)
        codes = tuple(f"N{self.read + each}" for each in range(count)) if numbered else ()
        self.read += len(codes)
        known = Lot.objects.filter(item_id=ids["item_id"], code=lot).first()
        unfit = known is not None and (known.blocked_at is not None or known.expires_on < in_days(0))
        draft = None if unfit else LotDraft(lot, expires_on=in_days(10 * (1 + "ABC".index(lot))))
        receipt = Receipt(ids["item_id"], ids["location_id"], count, lot=draft, serials=codes)
        receive_stock(receipts=[receipt], lots_known=False)
        self.on_hand[shelf] += count

    @rule(shelf=shelves, count=units, lot=lots, named=st.booleans())
    def leave(self, shelf, count, lot, named):
        ids = self.ids(shelf)
        known = Lot.objects.filter(item_id=ids["item_id"], code=lot).first() if named else None
        here = Reservation.objects.filter(location_id=ids["location_id"], item_id=ids["item_id"], open__gt=0).first()
        free = self.on_hand[shelf] - self.reserved[shelf]
        taken = min(count, here.open) if here else 0
        leaving = Commit(
            here.id if here else uuid7(), ids["item_id"], ids["location_id"], count, uuid7(), uuid7(),
            known and known.id,
        )  # fmt: skip
        unexplained = commit_stock(commits=[leaving], cause_kind="parcel")
        assert unexplained == max(0, count - taken - free)
        self.on_hand[shelf] += unexplained - count
        self.reserved[shelf] -= taken

    @rule(item=st.sampled_from(ITEMS), lot=lots, block=st.booleans())
    def take_off_sale(self, item, lot, block):
        found = Lot.objects.filter(item_id=self.items[item], code=lot).first()
        if found is None:
            return
        on_sale = Quant.objects.filter(lot=found, state="sellable")
        there = dict(on_sale.values_list("location_id", "on_hand"))
        if block:
            block_lots(lot_ids=[found.id], reason="Glass")
        else:
            Lot.objects.filter(id=found.id).update(expires_on=in_days(-1))
            expire_lots()
        assert not on_sale.exists()
        for place, count in there.items():
            self.shrink((item, self.place_of(place)), count)

    @rule(shelf=shelves, count=units, code=st.sampled_from("12"))
    def put_away(self, shelf, count, code):
        target = Bin.objects.get(location_id=self.places[shelf[1]], code=code)
        with suppress(NotEnough):
            put_away(item_id=self.items[shelf[0]], bin_id=target.id, quantity=count)

    @rule()
    def take_the_last_delivery_back(self):
        last = Movement.objects.filter(cause_kind="receipt").order_by("-id").first()
        if last is None or Movement.objects.filter(reverses=last).exists():
            return
        reverse_movement(movement_id=last.id, reason="Never came")
        self.shrink((self.sku_of(last.item_id), self.place_of(last.to_location_id)), last.quantity)

    @rule(item=st.sampled_from(ITEMS))
    def cease_and_begin_again(self, item):
        update_item(item_id=self.items[item], changes={"tracks_lots": False})
        update_item(item_id=self.items[item], changes={"tracks_lots": True})


def test_any_order_of_commands_on_what_is_traced(db):
    """What must hold after every command is the warehouse's invariant; here, that it was tried often enough."""
    Warehouse.lived = 0
    run_state_machine_as_test(
        TracedWarehouse,
        settings=settings(
            max_examples=LIVES, stateful_step_count=15, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert Warehouse.lived >= LIVES
