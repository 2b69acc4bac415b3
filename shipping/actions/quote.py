"""Ask carriers what a box would cost, and why one would not take it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from oms.core.addresses import Address, address_problems
from oms.core.errors import FieldError, Invalid
from oms.core.models import Tenant
from oms.core.tenancy import unit
from shipping.actions.accounts import account_to_use
from shipping.adapters.port import Box, Rate, RateRequest, Refusal
from shipping.models import CarrierAccount
from shipping.terms import carrier_of

WEIGHT_MAX_G = 2_000_000
SIDE_MAX_MM = 20_000


@dataclass(frozen=True)
class Quote:
    """One service of one account: offered for ``amount``, or not, and then ``code`` and ``sentence`` say why."""

    account_id: UUID
    account: str
    carrier: str
    service: str
    name: str
    amount: Decimal | None = None
    currency: str = ""
    promised_at: datetime | None = None
    code: str = ""
    sentence: str = ""

    @property
    def offered(self) -> bool:
        return self.amount is not None


def quote_rates(
    *, origin: Address, ship_to: Address, box: Box, account_ids: Collection[UUID] | None = None
) -> list[Quote]:
    """Every service of these accounts (None: of all that are active), the cheapest first, refused ones last.

    Raises `Invalid` naming what is wrong with the box, the addresses or the accounts.
    """
    problems = [*box_problems(box), *place_problems(origin, "origin"), *address_problems(ship_to)]
    if problems:
        raise Invalid("This cannot be quoted.", fields=problems)
    tenant = Tenant.objects.get(id=unit().tenant_id)
    request = RateRequest(origin, ship_to, box, unit().now)
    quotes = [quote for account in _accounts(account_ids) for quote in quotes_of(account, request, tenant)]
    return sorted(quotes, key=lambda each: (not each.offered, each.amount or 0, each.account, each.service))


def quotes_of(account: CarrierAccount, request: RateRequest, tenant: Tenant | None = None) -> list[Quote]:
    """What one account offers and refuses, in its own order."""
    return [_quote(account, answer) for answer in carrier_of(account, tenant).quote(request)]


def box_problems(box: Box, field: str = "") -> list[FieldError]:
    """What no carrier could make sense of."""
    problems = []
    if not 0 < box.weight_g <= WEIGHT_MAX_G:
        problems.append(FieldError(f"{field}weight_g", "out_of_range", "Give the weight in grams; 1 at least."))
    for name in ("length_mm", "width_mm", "height_mm"):
        size = getattr(box, name)
        if size is not None and not 0 < size <= SIDE_MAX_MM:
            problems.append(FieldError(f"{field}{name}", "out_of_range", "Give the size in millimetres; 1 at least."))
    return problems


def place_problems(origin: Address, field: str) -> list[FieldError]:
    """Where we send from is our own business; only its country has to be known."""
    if origin.country:
        return []
    return [FieldError(f"{field}.country", "required", "Give the location an address with a country first.")]


def _accounts(ids: Collection[UUID] | None) -> list[CarrierAccount]:
    if ids is None:
        return list(CarrierAccount.objects.filter(active=True).order_by("created_at", "id")) or [account_to_use(None)]
    return [account_to_use(each) for each in dict.fromkeys(ids)]


def _quote(account: CarrierAccount, answer: Rate | Refusal) -> Quote:
    known = {"account_id": account.id, "account": account.name, "carrier": account.carrier}
    return Quote(**known, **vars(answer))
