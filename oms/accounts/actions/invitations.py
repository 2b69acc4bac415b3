"""Invite people, and let them in. The link is in the mail alone; what we store is its hash."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from oms.accounts.actions.granting import check_scope, checked_role
from oms.accounts.events import MemberJoined
from oms.accounts.locks import lock_invitation, lock_tenant
from oms.accounts.models import Invitation, Membership, User
from oms.accounts.tokens import token_hash
from oms.core.audit import Change, record
from oms.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from oms.core.events import nudge, publish
from oms.core.tenancy import unit

VALID_FOR = timedelta(days=7)
EMAIL_LENGTH_MAX = 254


class AlreadyMember(Conflict):
    code = "already_member"
    title = "This person is in the team already"


class InvitationOver(Conflict):
    code = "invitation_over"
    title = "This invitation cannot be used any more"


class SignInFirst(Conflict):
    """There is an account with this address, so its owner must show that they are it."""

    code = "sign_in_first"
    title = "Sign in to accept"


def invite_member(
    *, email: str, role: str, locations: Collection[UUID] = (), channels: Collection[UUID] = ()
) -> Invitation:
    """Keep a place for this address and mail its link. An earlier invitation of the same address ends.

    Raises `Invalid` naming ``email``, ``role`` or ``channels``; `Forbidden` for a role or scope beyond
    one's own; `AlreadyMember`.
    """
    opened = unit()
    email = checked_email(email)
    checked_role(role)
    check_scope(locations, channels)
    tenant = lock_tenant()
    if Membership.objects.filter(tenant=tenant, user__email=email).exists():
        raise AlreadyMember(f"{email} is in the team already. Change their role there instead.")
    Invitation.objects.filter(tenant=tenant, email=email, accepted_at=None).delete()
    invitation = Invitation(
        tenant=tenant, email=email, role=role, locations=list(locations), channels=list(channels),
        invited_by_id=opened.actor.id if opened.actor.kind == "user" else None, created_at=opened.now,
        expires_at=opened.now + VALID_FOR, mail_due_at=opened.now,
    )  # fmt: skip
    invitation.token_hash = token_hash(invitation.token)
    invitation.save()
    record([Change("team.invite", f"{email} invited as {role}", (("business", tenant.public_id),))])
    transaction.on_commit(nudge.relay)
    return invitation


def withdraw_invitation(*, invitation_id: int) -> None:
    """Make an invitation's link worthless. Raises `NotFound`."""
    tenant = lock_tenant()
    invitation = Invitation.objects.filter(tenant=tenant, id=invitation_id, accepted_at=None).first()
    if invitation is None:
        raise NotFound("There is no such invitation.")
    invitation.delete()
    record([Change("team.withdraw", f"Invitation of {invitation.email} withdrawn", (("business", tenant.public_id),))])


def accept_invitation(*, token: str, user: User | None = None, name: str = "", password: str = "") -> Membership:
    """Join the team: as ``user`` who is signed in, or with a new account of this ``name`` and ``password``.

    The door opens the unit for the invitation's tenant (`oms.accounts.queries.invitation_of`). Raises
    `NotFound`, `InvitationOver`, `SignInFirst` when the address has an account already, `Forbidden` when
    it is another person's, `Invalid` naming ``name`` or ``password``.
    """
    tenant = lock_tenant()
    invitation = lock_invitation(token_hash(token))
    _check_usable(invitation)
    member = _invited_user(invitation, user, name, password)
    if Membership.objects.filter(tenant=tenant, user=member).exists():
        raise AlreadyMember("You are in this team already.")
    membership = Membership.objects.create(
        tenant=tenant, user=member, role=invitation.role, locations=invitation.locations,
        channels=invitation.channels, created_at=unit().now,
    )  # fmt: skip
    invitation.accepted_at, invitation.mail_due_at = unit().now, None
    invitation.save(update_fields=["accepted_at", "mail_due_at"])
    record([Change("team.join", f"{member.email} joined as {membership.role}", (("member", member.id),))])
    publish([MemberJoined(user_id=member.id, role=membership.role)])
    return membership


def checked_email(email: str) -> str:
    """The address in lower case; raises `Invalid` naming ``email``."""
    email = email.strip().lower()
    try:
        if len(email) > EMAIL_LENGTH_MAX:
            raise ValidationError(email)
        validate_email(email)
    except ValidationError:
        raise Invalid.field("email", f"“{email[:80]}” is not an e-mail address. Check it.", "invalid") from None
    return email


def _check_usable(invitation: Invitation | None) -> None:
    if invitation is None:
        raise NotFound("This invitation is not known. It may have been withdrawn: ask for a new one.")
    if invitation.accepted_at is not None:
        raise InvitationOver("This invitation has been used already. Sign in instead.")
    if invitation.expires_at <= unit().now:
        raise InvitationOver("This invitation has expired. Ask for a new one.")


def _invited_user(invitation: Invitation, user: User | None, name: str, password: str) -> User:
    if user is not None:
        if user.email != invitation.email:
            raise Forbidden(f"This invitation is for {invitation.email}. Sign out, then open the link again.")
        return user
    if User.objects.filter(email=invitation.email).exists():
        raise SignInFirst(f"There is an account for {invitation.email}. Sign in, then open the link again.")
    problems = [] if name.strip() else [FieldError("name", "required", "Enter your name as colleagues know it.")]
    try:
        validate_password(password, User(email=invitation.email, name=name))
    except ValidationError as error:
        problems.append(FieldError("password", "weak_password", " ".join(error.messages)))
    if problems:
        raise Invalid("Your account was not made.", fields=problems)
    return User.objects.create_user(email=invitation.email, name=name.strip()[:120], password=password)
