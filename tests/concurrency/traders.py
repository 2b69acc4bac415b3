"""Traders: real processes that buy, cancel, hold, move, count and receive, all of a few hot items, all at once.

Run as ``python -m tests.concurrency.traders <tenant> <seed> <commands> <log> <locked>``, to be killed at any
moment. Each command is written to the log before it begins and after its commit, so that whoever reads it
knows of every command whether it must, may or must not have happened.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

PAUSE_SECONDS = 0.05


class Trader:
    """One process's commands; what it draws from its seed is the same each time, what others do meanwhile is not."""

    def __init__(self, tenant_id: int, seed: int, log) -> None:
        from inventory.models import Item, Location
        from oms.core.actors import system
        from oms.core.tenancy import unit_of_work

        self.rng, self.log, self.seed = random.Random(seed), log, seed
        self.opened = lambda **more: unit_of_work(tenant_id, system(f"trader {seed}"), **more)
        self.tenant_id, self.orders, self.carts, self.on_the_way = tenant_id, [], [], []
        with self.opened():
            self.items = list(Item.objects.order_by("sku_key").values_list("id", "sku"))
            self.places = list(Location.objects.order_by("priority").values_list("id", flat=True))

    def trade(self, commands: int) -> None:
        for number in range(commands):
            act = self.rng.choices(list(ACTS), weights=ACTS.values())[0]
            tag = f"{self.seed}-{number}"
            self._write("begun", act.__name__, tag, None)
            ended, what = self._attempt(act, tag)
            self._write(ended, act.__name__, tag, what)

    def _attempt(self, act: Callable, tag: str) -> tuple[str, object]:
        from oms.core.errors import OmsError

        try:
            return "done", act(self, tag)
        except OmsError as refusal:
            return "refused", refusal.code
        except Exception as error:
            return "broken", repr(error)

    def _write(self, *what: object) -> None:
        self.log.write(json.dumps(what) + "\n")
        self.log.flush()

    def item(self) -> tuple[UUID, str]:
        return self.rng.choice(self.items)

    def shelf(self) -> dict[str, UUID]:
        return {"item_id": self.item()[0], "location_id": self.rng.choice(self.places)}


def place(trader: Trader, tag: str) -> list[str]:
    """One to three orders of one or two items; returns the numbers of those that were taken."""
    from orders.actions.place import Placed, place_orders
    from tests.orders.trade import draft, line

    drafts = []
    for position in range(trader.rng.randint(1, 3)):
        skus = {trader.item()[1] for _ in range(2)}
        lines = [line(sku, trader.rng.randint(1, 3)) for sku in sorted(skus)]
        cart = trader.carts.pop() if trader.carts and trader.rng.random() < 0.5 else None
        refuse = trader.rng.choice(["refuse", "backorder"])
        drafts.append(draft(*lines, external_id=f"{tag}-{position}", on_shortage=refuse, cart_id=cart))
    with trader.opened():
        answers = place_orders(drafts=drafts)
    taken = [each.order_id for each in answers if isinstance(each, Placed)]
    trader.orders += taken
    return [str(each) for each in taken]


def cancel(trader: Trader, tag: str) -> str:
    from orders.actions.cancel import cancel_order

    order_id = trader.orders.pop(trader.rng.randrange(len(trader.orders))) if trader.orders else UUID(int=0)
    with trader.opened():
        cancel_order(order_id=order_id, reason=tag)
    return str(order_id)


def shrink(trader: Trader, tag: str) -> int:
    """One unit less of an order's first line."""
    from orders.actions.cancel import cancel_order
    from orders.models import OrderLine

    order_id = trader.rng.choice(trader.orders) if trader.orders else UUID(int=0)
    with trader.opened():
        first = OrderLine.objects.filter(order_id=order_id).order_by("position").first()
        return cancel_order(order_id=order_id, reason=tag, lines={first.id: 1} if first else {}).units


def hold(trader: Trader, tag: str) -> int:
    from inventory.actions.carts import Want, hold_cart

    with trader.opened():
        wants = [Want(trader.item()[0], trader.rng.randint(1, 3))]
        until = time_of(trader) + timedelta(hours=1)
        held = hold_cart(wants=wants, expires_at=until, best_effort=trader.rng.random() < 0.5)
    trader.carts.append(held.cart.id)
    return sum(held.held.values())


def give_back(trader: Trader, tag: str) -> str:
    from inventory.actions.carts import give_cart_back

    cart_id = trader.carts.pop() if trader.carts else UUID(int=0)
    with trader.opened():
        return give_cart_back(cart_id=cart_id).cart.ended_as


def expire(trader: Trader, tag: str) -> int:
    from inventory.actions.reserve import expire_reservations

    with trader.opened(now=time_of(trader) + timedelta(hours=2)):
        return expire_reservations(limit=5)


def receive(trader: Trader, tag: str) -> int:
    from inventory.actions.receive import Receipt, receive_stock

    shelf, units = trader.shelf(), trader.rng.randint(1, 5)
    with trader.opened():
        receive_stock(receipts=[Receipt(shelf["item_id"], shelf["location_id"], units)], reason=tag)
    return units


def told(trader: Trader, tag: str) -> int:
    """A till says what it sold, now and then twice."""
    from inventory.actions.happened import Happened, book_happened

    sold = Happened(tag, "sold", *trader.shelf().values(), trader.rng.randint(1, 2))
    for _ in range(trader.rng.randint(1, 2)):
        with trader.opened():
            book_happened(source="till", facts=[sold])
    return sold.quantity


def count(trader: Trader, tag: str) -> int:
    from inventory.actions.adjust import adjust_stock

    with trader.opened():
        return adjust_stock(**trader.shelf(), counted=trader.rng.randint(0, 8), reason="count", note=tag).change


def lose(trader: Trader, tag: str) -> int:
    from inventory.actions.adjust import adjust_stock

    with trader.opened():
        return adjust_stock(**trader.shelf(), change=-trader.rng.randint(1, 3), reason="loss", note=tag).change


def set_aside(trader: Trader, tag: str) -> None:
    from inventory.actions.move_state import move_state

    states = trader.rng.choice([("sellable", "damaged"), ("damaged", "sellable")])
    with trader.opened():
        move_state(**trader.shelf(), from_state=states[0], to_state=states[1], quantity=1, reason=tag)


def send(trader: Trader, tag: str) -> str:
    """One to three units of an item to the other location."""
    from inventory.actions.transfers.prepare import TransferLineDraft, create_transfer
    from inventory.actions.transfers.send import send_transfer

    here, there = trader.rng.sample(trader.places, 2)
    with trader.opened():
        lines = [TransferLineDraft(trader.item()[0], trader.rng.randint(1, 3))]
        sent = send_transfer(transfer_id=create_transfer(origin_id=here, destination_id=there, lines=lines).id)
    trader.on_the_way.append((sent.id, lines[0]))
    return str(sent.id)


def arrive(trader: Trader, tag: str) -> str:
    """As many as were sent, or one more or fewer."""
    from inventory.actions.transfers.receive import Arrived, receive_transfer
    from oms.core.db.keys import uuid7

    transfer_id, line = trader.on_the_way.pop() if trader.on_the_way else (UUID(int=0), None)
    units = max(1, line.quantity + trader.rng.choice([-1, 0, 0, 1])) if line else 1
    arrived = [Arrived(line.item_id if line else UUID(int=0), units)]
    with trader.opened():
        return receive_transfer(transfer_id=transfer_id, receipt_id=uuid7(), arrived=arrived).state


def count_shelf(trader: Trader, tag: str) -> str:
    """A count in three steps, while all others go on: opened, written down, finished."""
    from inventory.actions.counts.finishing import finish_count
    from inventory.actions.counts.opening import open_count
    from inventory.actions.counts.recording import CountEntry, record_counts

    item, place = trader.item()[0], trader.rng.choice(trader.places)
    with trader.opened():
        opened = open_count(location_id=place, item_ids=[item], note=tag)
    with trader.opened():
        record_counts(count_id=opened.id, entries=[CountEntry(item, counted=trader.rng.randint(0, 6))])
    with trader.opened():
        return finish_count(count_id=opened.id).outcome


def work(trader: Trader, tag: str) -> int:
    """What is due in the background: screening, allocating, serving who waits."""
    from oms.core.events.delivery import SHARDS, deliver

    return deliver(trader.tenant_id, *range(SHARDS))


def time_of(trader: Trader):
    from django.utils import timezone

    return timezone.now()


# What is done, and how often beside the others.
ACTS: dict[Callable, int] = {
    place: 10, cancel: 4, shrink: 2, hold: 3, give_back: 1, expire: 1, receive: 3, told: 2, count: 2, lose: 2,
    set_aside: 2, send: 2, arrive: 2, count_shelf: 1, work: 3,
}  # fmt: skip


def without_the_lock() -> None:
    """Take the row lock away, and nothing else; and look a little longer before deciding."""
    from inventory import locks
    from inventory.actions import reserve
    from inventory.stock import placing

    def place_slowly(*args):
        time.sleep(PAUSE_SECONDS)
        return placing.place(*args)

    locks._IN_ORDER = "ORDER BY b.item_id, b.location_id, b.state"
    reserve.place = place_slowly


def main(tenant_id: str, seed: str, commands: str, log: str, locked: str) -> None:
    if locked != "locked":
        without_the_lock()
    with open(log, "a", encoding="utf-8") as file:
        Trader(int(tenant_id), int(seed), file).trade(int(commands))


if __name__ == "__main__":
    import django

    django.setup()
    main(*sys.argv[1:])
