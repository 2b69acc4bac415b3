"""Make shipments: a box, where it goes, and the service that takes it there."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from oms.core.addresses import Address, address_problems
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import FieldError, Invalid, OmsError
from oms.core.models import Tenant
from oms.core.tenancy import unit
from shipping.actions.accounts import account_to_use
from shipping.actions.quote import Quote, box_problems, place_problems, quotes_of
from shipping.adapters.port import Box, RateRequest
from shipping.errors import NotCarried
from shipping.lifecycle import DRAFT
from shipping.models import CarrierAccount, Shipment

TEXT_MAX = 200


@dataclass(frozen=True)
class ShipmentDraft:
    """``service`` empty means the cheapest on offer, ``account_id`` None the oldest active account.

    ``subject_kind`` and ``subject_id`` name what is in it, for whoever asked; every fact carries them.
    """

    origin: Address
    ship_to: Address
    box: Box
    account_id: UUID | None = None
    service: str = ""
    reference: str = ""
    subject_kind: str = ""
    subject_id: UUID | None = None


def create_shipments(*, drafts: Sequence[ShipmentDraft]) -> list[Shipment]:
    """Shipments without labels, in the order of the drafts; all of them, or none.

    Raises `Invalid` naming the fields (``shipments.N.…``), and `NotCarried` when a carrier does not take one.
    """
    problems = [each for position, draft in enumerate(drafts) for each in _problems(draft, f"shipments.{position}.")]
    if problems:
        raise Invalid("No shipment was made.", fields=problems)
    accounts = {account_id: account_to_use(account_id) for account_id in {each.account_id for each in drafts}}
    tenant = Tenant.objects.get(id=unit().tenant_id)
    made = [
        _shipment(draft, accounts[draft.account_id], _offer(draft, accounts[draft.account_id], tenant))
        for draft in drafts
    ]
    _write(made)
    return made


def try_shipments(*, drafts: Sequence[ShipmentDraft]) -> list[Shipment | OmsError]:
    """A shipment for each draft, or why there is none, in the order of the drafts; one refusal touches no other."""
    tenant, accounts = Tenant.objects.get(id=unit().tenant_id), {}
    answers = [_tried(draft, accounts, tenant) for draft in drafts]
    _write([each for each in answers if isinstance(each, Shipment)])
    return answers


def create_shipment(*, draft: ShipmentDraft) -> Shipment:
    """One shipment; see `create_shipments`."""
    return create_shipments(drafts=[draft])[0]


def subjects_of(shipment: Shipment) -> tuple[tuple[str, UUID], ...]:
    """On whose timelines a change to this shipment belongs."""
    itself = ("shipment", shipment.id)
    return (itself,) if shipment.subject_id is None else (itself, (shipment.subject_kind, shipment.subject_id))


def _tried(draft: ShipmentDraft, accounts: dict[UUID | None, CarrierAccount], tenant: Tenant) -> Shipment | OmsError:
    try:
        if problems := _problems(draft, ""):
            raise Invalid("No shipment was made.", fields=problems)
        if draft.account_id not in accounts:
            accounts[draft.account_id] = account_to_use(draft.account_id)
        account = accounts[draft.account_id]
        return _shipment(draft, account, _offer(draft, account, tenant))
    except OmsError as refusal:
        return refusal


def _write(made: Sequence[Shipment]) -> None:
    insert_rows(Shipment, [_row(each) for each in made])
    record([
        Change("shipments.create", f"Shipment with {each.account.name} made", subjects_of(each)) for each in made
    ])  # fmt: skip


def _problems(draft: ShipmentDraft, field: str) -> list[FieldError]:
    problems = [*box_problems(draft.box, field), *place_problems(draft.origin, f"{field}origin")]
    problems += address_problems(draft.ship_to, f"{field}ship_to")
    for name in ("service", "reference", "subject_kind"):
        if len(getattr(draft, name)) > TEXT_MAX:
            problems.append(FieldError(field + name, "too_long", f"Shorten this to {TEXT_MAX} characters."))
    return problems


def _offer(draft: ShipmentDraft, account: CarrierAccount, tenant: Tenant) -> Quote:
    """The service that was asked for, or the cheapest. Raises `Invalid` or `NotCarried`."""
    quotes = quotes_of(account, RateRequest(draft.origin, draft.ship_to, draft.box, unit().now), tenant)
    wanted = [each for each in quotes if draft.service in ("", each.service)]
    if not wanted:
        known = ", ".join(each.service for each in quotes)
        raise Invalid.field("service", f"{account.name} has no service “{draft.service}”. Choose one of: {known}.")
    offered = [each for each in wanted if each.offered]
    if not offered:
        raise NotCarried(wanted[0].sentence, reason=wanted[0].code, service=wanted[0].service)
    return min(offered, key=lambda each: each.amount)


def _shipment(draft: ShipmentDraft, account: CarrierAccount, offer: Quote) -> Shipment:
    return Shipment(
        id=uuid7(), account=account, service=offer.service, state=DRAFT, origin=draft.origin.to_json(),
        ship_to=draft.ship_to.to_json(), weight_g=draft.box.weight_g, length_mm=draft.box.length_mm,
        width_mm=draft.box.width_mm, height_mm=draft.box.height_mm, reference=draft.reference,
        subject_kind=draft.subject_kind, subject_id=draft.subject_id, promised_at=offer.promised_at,
        quoted=offer.amount, currency=offer.currency, created_at=unit().now,
    )  # fmt: skip


def _row(shipment: Shipment) -> dict:
    names = [field.attname for field in Shipment._meta.concrete_fields if field.attname != "tenant_id"]
    return {name: getattr(shipment, name) for name in names}
