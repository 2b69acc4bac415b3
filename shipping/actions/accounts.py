"""Create and change carrier accounts, and give their hooks new secrets."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from oms.core.audit import Change, record
from oms.core.errors import FieldError, Invalid
from oms.core.signed_hooks import new_secret
from oms.core.tenancy import unit
from shipping.adapters.registry import CARRIERS
from shipping.errors import DuplicateAccount
from shipping.locks import lock_account
from shipping.models import CarrierAccount
from shipping.secrets import sealed

OVERLAP = timedelta(hours=24)
NAME_MAX = 80
CHANGEABLE = frozenset({"name", "settings", "active", "test_mode"})


def create_account(
    *,
    name: str,
    carrier: str = "own_delivery",
    settings: Mapping[str, object] | None = None,
    test_mode: bool = False,
) -> tuple[CarrierAccount, str]:
    """A new account, and the secret that signs its scans, which is shown once. Raises `Invalid`, `DuplicateAccount`."""
    given = {"name": name, "settings": dict(settings or {})}
    if carrier not in CARRIERS:
        raise Invalid.field("carrier", f"Choose one of: {', '.join(sorted(CARRIERS))}.", "unknown_carrier")
    _check(carrier, given)
    secret, opened = new_secret(), unit()
    account = CarrierAccount(
        carrier=carrier, name=name.strip(), settings=given["settings"], secret=sealed(secret, opened.tenant_id),
        test_mode=test_mode, created_at=opened.now,
    )  # fmt: skip
    _save(account)
    _tell("carriers.create", f"Carrier account {account.name} created", account)
    return account, secret


def update_account(*, account_id: UUID, changes: Mapping[str, object]) -> CarrierAccount:
    """Change the named fields. Switched off, it makes no new shipments; scans of those under way still count.

    Raises `NotFound`, `Invalid`, `DuplicateAccount`.
    """
    strange = sorted(set(changes) - CHANGEABLE)
    if strange:
        raise Invalid.field(strange[0], f"An account's {strange[0]} can not be changed.", "not_changeable")
    account = lock_account(account_id)
    _check(account.carrier, changes)
    after = {name: value for name, value in changes.items() if value != getattr(account, name)}
    if not after:
        return account
    before = {name: getattr(account, name) for name in after}
    for name, value in after.items():
        setattr(account, name, value.strip() if name == "name" else value)
    account.version += 1
    _save(account)
    _tell(
        "carriers.edit", f"Carrier account {account.name}: {', '.join(sorted(after))} changed", account, before, after
    )
    return account


def rotate_secret(*, account_id: UUID) -> tuple[CarrierAccount, str]:
    """Give the hook a new secret; for a day scans signed with the old one are accepted too. Raises `NotFound`."""
    account = lock_account(account_id)
    secret, opened = new_secret(), unit()
    account.previous_secret, account.previous_until = account.secret, opened.now + OVERLAP
    account.secret = sealed(secret, opened.tenant_id)
    account.version += 1
    account.save()
    _tell("carriers.rotate", f"Secret of the hook of {account.name} rotated", account)
    return account, secret


def account_to_use(account_id: UUID | None) -> CarrierAccount:
    """The active account of this id; without one the oldest, which is made on the first day. Raises `Invalid`."""
    active = CarrierAccount.objects.filter(active=True)
    if account_id is not None:
        found = active.filter(id=account_id).first()
        if found is None:
            message = "There is no such carrier account, or it is switched off."
            raise Invalid.field("account_id", message, "unknown_account")
        return found
    found = active.order_by("created_at", "id").first()
    if found is not None:
        return found
    if CarrierAccount.objects.exists():
        raise Invalid.field("account_id", "Every carrier account is switched off. Switch one on.", "no_account")
    try:
        return create_account(name=CARRIERS["own_delivery"].label)[0]
    except DuplicateAccount:  # somebody else has made it just now
        return CarrierAccount.objects.get(name=CARRIERS["own_delivery"].label)


def _check(carrier: str, given: Mapping[str, object]) -> None:
    problems = []
    if "name" in given and not 0 < len(str(given["name"]).strip()) <= NAME_MAX:
        problems.append(FieldError("name", "invalid", f"Give it a name of 1 to {NAME_MAX} characters."))
    if "settings" in given:
        problems += [
            FieldError(f"settings.{path}".rstrip("."), "invalid", message)
            for path, message in CARRIERS[carrier].settings_problems(given["settings"])
        ]
    if problems:
        raise Invalid("The carrier account was not saved.", fields=problems)


def _save(account: CarrierAccount) -> None:
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:  # the name is all that can clash
        message = f"A carrier account called “{account.name}” exists already. Choose another name."
        raise DuplicateAccount(message, fields=[FieldError("name", "duplicate", message)]) from None


def _tell(verb: str, sentence: str, account: CarrierAccount, *before_and_after: dict) -> None:
    record([Change(verb, sentence, (("carrier_account", account.id),), *before_and_after)])
