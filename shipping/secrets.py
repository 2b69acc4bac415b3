"""The secrets that sign a carrier's scans: ``whsec_…`` of the Standard Webhooks specification, encrypted at rest."""

from collections.abc import Mapping
from datetime import datetime

from oms.core import signed_hooks
from oms.core.secrets import decrypt, encrypt
from shipping.models import CarrierAccount

FIELD = "shipping.account.secret"


def sealed(secret: str, tenant_id: int) -> str:
    return encrypt(secret, tenant_id=tenant_id, field=FIELD)


def is_signed(account: CarrierAccount, body: bytes, headers: Mapping[str, str], now: datetime) -> bool:
    """Is this signed with a secret in force, and less than five minutes old?"""
    return signed_hooks.is_signed(_in_force(account, now), body, headers)


def _in_force(account: CarrierAccount, now: datetime) -> list[str]:
    stored = [account.secret]
    if account.previous_secret and account.previous_until and now < account.previous_until:
        stored.append(account.previous_secret)
    return [decrypt(each, tenant_id=account.tenant_id, field=FIELD) for each in stored]
