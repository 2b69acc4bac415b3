"""Every row lock of this room. Global tables are filtered by the unit's tenant by hand."""

from datetime import datetime
from uuid import UUID

from oms.accounts.models import ApiKey, Approval, Invitation, Membership, SalesChannel
from oms.core.models import Tenant
from oms.core.tenancy import current_tenant_id


def lock_tenant() -> Tenant:
    """The merchant itself. Changes to its team take this lock, so that the last two owners cannot leave at once."""
    return Tenant.objects.select_for_update(no_key=True).get(id=current_tenant_id())


def lock_membership(user_id: UUID) -> Membership | None:
    return (
        Membership.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user")
        .filter(tenant_id=current_tenant_id(), user_id=user_id)
        .first()
    )


def lock_invitation(token_hash: str) -> Invitation | None:
    return (
        Invitation.objects.select_for_update(no_key=True)
        .filter(tenant_id=current_tenant_id(), token_hash=token_hash)
        .first()
    )


def claim_due_mail(now: datetime) -> Invitation | None:
    """One invitation whose mail is due; whoever gets it moves ``mail_due_at`` on before letting go."""
    return (
        Invitation.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(tenant_id=current_tenant_id(), mail_due_at__lte=now)
        .order_by("mail_due_at", "id")
        .first()
    )


def lock_key(key_id: UUID) -> ApiKey | None:
    return ApiKey.objects.select_for_update(no_key=True).filter(tenant_id=current_tenant_id(), id=key_id).first()


def lock_channel(channel_id: UUID) -> SalesChannel | None:
    return SalesChannel.objects.select_for_update(no_key=True).filter(id=channel_id).first()


def lock_approval(approval_id: UUID) -> Approval | None:
    return Approval.objects.select_for_update(no_key=True).filter(id=approval_id).first()
