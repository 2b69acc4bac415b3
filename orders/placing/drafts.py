"""What somebody wants to order, before it is checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from oms.core.addresses import Address
from oms.core.money import ZERO

BACKORDER, REFUSE, HOLD = "backorder", "refuse", "hold"


@dataclass(frozen=True)
class LineDraft:
    """One line. Only ``kind`` goods reserves stock.

    ``unit_price`` None means the item's own price. ``discount`` and ``tax`` are of the whole line.
    """

    sku: str = ""
    title: str = ""
    quantity: int = 1
    unit_price: Decimal | None = None
    discount: Decimal = ZERO
    tax: Decimal = ZERO
    kind: str = "goods"
    attributes: Mapping = field(default_factory=dict)


@dataclass(frozen=True)
class PaymentDraft:
    """Money received, or authorised, for the order, in the order's currency.

    ``base_rate`` turns it into ``base_currency``, where the money is kept in another one.
    """

    amount: Decimal
    method: str = "other"
    gateway: str = "manual"
    reference: str = ""
    authorised_only: bool = False
    base_currency: str = ""
    base_rate: Decimal | None = None


@dataclass(frozen=True)
class OrderDraft:
    """One order. ``channel_id`` or the code in ``channel`` names its channel; a merchant with one needs neither.

    ``on_shortage``: ``backorder`` accepts what the shelf cannot cover, ``refuse`` answers 409.
    ``on_unknown_sku``: ``refuse`` answers 422, ``hold`` accepts the order with a hold on that line.
    ``imported_total`` is set by documents that exist elsewhere: their cents are kept, never recalculated.
    ``payments`` are the tenders; without them a paid or authorised order has one for the whole total.
    ``order_id`` is the id of the saved draft this grew from, ``cart_id`` the cart whose held units it takes
    over. Attributes that screening knows: ``address_known`` false (the source carries no addresses) and
    ``payment_required`` true.
    """

    channel_id: UUID | None = None
    channel: str = ""
    external_id: str = ""
    currency: str = ""
    placed_at: datetime | None = None
    email: str = ""
    phone: str = ""
    customer_name: str = ""
    customer_external_id: str = ""
    ship_to: Address = field(default_factory=Address)
    bill_to: Address = field(default_factory=Address)
    lines: tuple[LineDraft, ...] = ()
    shipping: Decimal = ZERO
    discount: Decimal = ZERO
    tax_included: bool = False
    payment_state: str = "unpaid"
    payments: tuple[PaymentDraft, ...] = ()
    tags: tuple[str, ...] = ()
    customer_note: str = ""
    source: str = "api"
    attributes: Mapping = field(default_factory=dict)
    on_shortage: str = BACKORDER
    on_unknown_sku: str = REFUSE
    imported_total: Decimal | None = None
    order_id: UUID | None = None
    cart_id: UUID | None = None
