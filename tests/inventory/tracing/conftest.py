"""An item that is tracked by lot."""

import pytest


@pytest.fixture
def milk(catalog, uow):
    """MILK, of which there is none yet. (Models cannot be imported yet where this file is read.)"""
    from inventory.actions.items import ItemDraft, create_items

    (item,) = create_items(items=[ItemDraft(sku="MILK", name="Fresh milk", tracks_lots=True)])
    return item
