"""Four people receive the same transfer, or the same delivery, or send what others buy: nothing is booked twice."""

from collections import Counter
from decimal import Decimal

import pytest
from django.db.models import Sum

from inventory.actions.items import ItemDraft, create_items
from inventory.actions.purchasing.send import send_purchase_order
from inventory.actions.purchasing.suppliers import create_supplier
from inventory.actions.purchasing.write import PurchaseDraft, PurchaseLineDraft, create_purchase_order
from inventory.actions.receive import Receipt, set_opening_stock
from inventory.actions.transfers.prepare import TransferLineDraft, create_transfer
from inventory.actions.transfers.send import send_transfer
from inventory.locks import lock_accounts
from inventory.models import IN_TRANSIT, SELLABLE, Balance, TransferLine
from inventory.proof import prove_stock
from oms.core.actors import system
from oms.core.tenancy import unit_of_work
from tests.concurrency import again
from tests.concurrency.movers import WANTED, Goods, handle
from tests.concurrency.senders import PEOPLE, race

PROCESS = system("tests")
SKUS = ("SENT", "BOUGHT", "SHELVED")


@pytest.fixture
def goods(committed_db, tenant, catalog) -> Goods:
    """Ten of SENT on their way to London, ten of BOUGHT on order for Leeds, ten of SHELVED there with two drafts of
    six each for London."""
    with unit_of_work(tenant.id, PROCESS):
        sent, bought, shelved = (each.id for each in create_items(items=[ItemDraft(sku=sku) for sku in SKUS]))
        set_opening_stock(receipts=[Receipt(item, catalog.leeds.id, 10) for item in (sent, shelved)])
        # The way is in the book already, so that nobody waits for another's first row of it.
        lock_accounts([(shelved, catalog.london.id, IN_TRANSIT), (bought, catalog.leeds.id, SELLABLE)])
        transfer_id, *drafts = (
            create_transfer(
                origin_id=catalog.leeds.id, destination_id=catalog.london.id, lines=[TransferLineDraft(item, units)]
            ).id
            for item, units in ((sent, 10), (shelved, WANTED), (shelved, WANTED))
        )
        send_transfer(transfer_id=transfer_id)
        supplier = create_supplier(code="POT", name="Potteries", currency="EUR")
        draft = PurchaseDraft(supplier.id, catalog.leeds.id, [PurchaseLineDraft(bought, 10, Decimal(1))])
        order = create_purchase_order(draft=draft)
        send_purchase_order(purchase_order_id=order.id, mail=False)
    return Goods(transfer_id, sent, order.id, bought, tuple(drafts), shelved)


def each_part(outcomes: Counter) -> list[dict[str, int]]:
    """How many ended how: at the transfer, at the purchase order, at the shelf."""
    parts = [Counter(), Counter(), Counter()]
    for words, count in outcomes.items():
        for part, word in zip(parts, words.split("; "), strict=True):
            part[word] += count
    return parts


def book_of(tenant) -> dict[str, int]:
    """Item → units in all accounts of ours; the audit must be clean."""
    with unit_of_work(tenant.id, PROCESS):
        proof = prove_stock()
        assert proof.holds, proof.breaks
        rows = Balance.objects.filter(item__sku__in=SKUS).values_list("item__sku").annotate(Sum("on_hand"))
        return dict(rows)


@again
def test_one_receipt_counts_once_and_what_is_sent_was_promised_to_nobody(tenant, goods, round_number):
    outcomes = each_part(race(handle, tenant.id, goods, True, True))
    assert outcomes == [
        {"booked": PEOPLE},
        {"booked": 1, "refused": PEOPLE - 1},
        {"won": 1, "refused": PEOPLE - 1},
    ]
    assert book_of(tenant) == {"SENT": 10, "BOUGHT": 10, "SHELVED": 10}
    with unit_of_work(tenant.id, PROCESS):
        assert TransferLine.objects.get(item_id=goods.sent).received == 10


def test_control_without_the_locks(tenant, goods):
    """All four take the same ten off the way, and the same units are sent and sold: only the last wall stops them.
    What a supplier delivers has no such wall: all four find that ten are still to come, and forty are taken in."""
    outcomes = each_part(race(handle, tenant.id, goods, False, False))
    assert outcomes == [
        {"booked": 1, "stopped by the constraint": PEOPLE - 1},
        {"booked": PEOPLE},
        {"won": 1, "stopped by the constraint": PEOPLE - 1},
    ]
    assert book_of(tenant) == {"SENT": 10, "BOUGHT": 10 * PEOPLE, "SHELVED": 10}
