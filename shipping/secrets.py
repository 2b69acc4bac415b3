"""The secrets that sign a carrier's scans: ``whsec_…`` of the Standard Webhooks specification, encrypted at rest."""

import base64
import os
from collections.abc import Mapping
from datetime import datetime

from standardwebhooks import Webhook, WebhookVerificationError

from oms.core.secrets import decrypt, encrypt
from shipping.models import CarrierAccount

FIELD = "shipping.account.secret"
SECRET_BYTES = 32


def new_secret() -> str:
    return "whsec_" + base64.b64encode(os.urandom(SECRET_BYTES)).decode()


def sealed(secret: str, tenant_id: int) -> str:
    return encrypt(secret, tenant_id=tenant_id, field=FIELD)


def is_signed(account: CarrierAccount, body: bytes, headers: Mapping[str, str], now: datetime) -> bool:
    """Is this signed with a secret in force, and less than five minutes old?"""
    for secret in _in_force(account, now):
        try:
            Webhook(secret).verify(body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError):  # the latter for headers and bodies that make no sense
            continue
        return True
    return False


def _in_force(account: CarrierAccount, now: datetime) -> list[str]:
    stored = [account.secret]
    if account.previous_secret and account.previous_until and now < account.previous_until:
        stored.append(account.previous_secret)
    return [decrypt(each, tenant_id=account.tenant_id, field=FIELD) for each in stored]
