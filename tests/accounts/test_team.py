"""Members: invited, let in, changed, let go. An owner always remains, and nobody changes their own."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail

from oms.accounts import tasks
from oms.accounts.actions.approvals import carries_out, decide, request_approval
from oms.accounts.actions.invitations import (
    AlreadyMember,
    InvitationOver,
    SignInFirst,
    accept_invitation,
    invite_member,
    withdraw_invitation,
)
from oms.accounts.actions.team import LastOwner, change_limits, change_role, change_scope, remove_member
from oms.accounts.models import Invitation, Membership
from oms.accounts.queries import actor_of_membership, actor_who_joins, invitation_of
from oms.core.errors import Forbidden, Invalid, NotAllowed, NotFound
from oms.core.models import AuditEntry
from oms.core.tenancy import in_unit, unit_of_work
from tests.factories import UserFactory


def accept(token: str, **fields):
    invitation = invitation_of(token)
    with unit_of_work(invitation.tenant_id, actor_who_joins(invitation)):
        return accept_invitation(token=token, **fields)


def test_an_invited_person_joins_with_a_new_account(uow, tenant):
    invitation = invite_member(email=" New@Example.com ", role="support")
    assert invitation.token not in invitation.token_hash
    membership = accept(invitation.token, name="Nora New", password="an honest long password")
    assert (membership.tenant, membership.user.email, membership.role) == (tenant, "new@example.com", "support")
    assert membership.user.check_password("an honest long password")
    with pytest.raises(InvitationOver):
        accept(invitation.token, name="Nora New", password="an honest long password")


def test_the_mail_is_sent_once_and_outside_any_unit_of_work(tenant, owner, monkeypatch):
    with unit_of_work(tenant.id, actor_of_membership(owner)):
        invitation = invite_member(email="new@example.com", role="support")
    inside = []
    monkeypatch.setattr(tasks, "send_mail", lambda *args: inside.append(in_unit()) or mail.send_mail(*args))
    tasks.send_invitations(tenant_id=tenant.id)
    tasks.send_invitations(tenant_id=tenant.id)
    assert inside == [False]
    [message] = mail.outbox
    assert message.to == ["new@example.com"]
    assert re.search(r"/invitations/(\w+)/", message.body)[1] == invitation.token
    assert "Olive Owner invites you" in message.body


def test_a_mail_that_fails_is_tried_again_later(tenant, owner, monkeypatch, time_machine):
    def refuse(*_):
        raise ConnectionRefusedError

    with unit_of_work(tenant.id, actor_of_membership(owner)) as opened:
        invite_member(email="new@example.com", role="support")
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "send_mail", refuse)
        tasks.send_invitations(tenant_id=tenant.id)
    assert Invitation.objects.get().mail_due_at > opened.now
    time_machine.move_to(opened.now + timedelta(minutes=10))
    tasks.send_invitations(tenant_id=tenant.id)
    assert len(mail.outbox) == 1


def test_an_account_that_exists_must_sign_in_and_be_the_invited_one(uow):
    known, stranger = UserFactory(), UserFactory()
    token = invite_member(email=known.email, role="finance").token
    with pytest.raises(SignInFirst):
        accept(token, name="Impostor", password="an honest long password")
    with pytest.raises(Forbidden):
        accept(token, user=stranger)
    assert accept(token, user=known).user == known
    with pytest.raises(AlreadyMember):
        invite_member(email=known.email, role="finance")


def test_links_that_expired_or_were_withdrawn_are_worthless(uow):
    expired = invite_member(email="late@example.com", role="support")
    Invitation.objects.filter(id=expired.id).update(expires_at=uow.now - timedelta(days=1))
    with pytest.raises(InvitationOver):
        accept(expired.token, name="Late", password="an honest long password")
    withdrawn = invite_member(email="gone@example.com", role="support")
    withdraw_invitation(invitation_id=withdrawn.id)
    assert invitation_of(withdrawn.token) is None
    with pytest.raises(NotFound):
        accept_invitation(token=withdrawn.token)


def test_a_second_invitation_replaces_the_first(uow):
    first = invite_member(email="new@example.com", role="support")
    invite_member(email="new@example.com", role="manager")
    assert [each.role for each in Invitation.objects.all()] == ["manager"]
    assert not Invitation.objects.filter(id=first.id).exists()


def test_weak_passwords_and_bad_addresses_are_refused_by_name(uow):
    token = invite_member(email="new@example.com", role="support").token
    with pytest.raises(Invalid) as refusal:
        accept(token, name="", password="short")
    assert [each.field for each in refusal.value.fields] == ["name", "password"]
    for email in ("", "nonsense", "a@b", "x" * 300 + "@example.com"):
        with pytest.raises(Invalid):
            invite_member(email=email, role="support")
    with pytest.raises(Invalid):
        invite_member(email="new@example.com", role="emperor")


def test_nobody_gives_more_than_they_have(tenant, membership):
    manager = actor_of_membership(membership(role="manager"))
    with unit_of_work(tenant.id, manager):
        with pytest.raises(Forbidden):
            invite_member(email="new@example.com", role="owner")
        assert invite_member(email="new@example.com", role="support").role == "support"


def test_the_last_owner_stays(uow, owner, membership):
    colleague = membership(role="manager")
    with pytest.raises(LastOwner):
        remove_member(user_id=owner.user_id)
    change_role(user_id=colleague.user_id, role="owner")
    remove_member(user_id=owner.user_id)
    assert [each.role for each in Membership.objects.filter(tenant_id=uow.tenant_id)] == ["owner"]


def test_nobody_changes_their_own(uow, owner):
    for change in (
        lambda: change_role(user_id=owner.user_id, role="support"),
        lambda: change_scope(user_id=owner.user_id, locations=[], channels=[]),
        lambda: change_limits(user_id=owner.user_id, limits={}),
    ):
        with pytest.raises(Forbidden, match="Nobody changes their own"):
            change()


def test_scope_and_limits_shape_the_actor(uow, membership, catalog):
    colleague = membership(role="support")
    assert actor_of_membership(colleague).limits == {"orders.discount": Decimal(50), "orders.refund": Decimal(250)}
    limits = {"orders.discount": None, "orders.refund": None, "stock.adjust": Decimal("9.50")}
    change_limits(user_id=colleague.user_id, limits=limits)
    change_scope(user_id=colleague.user_id, locations=[catalog.leeds.id], channels=[catalog.channel.id])
    actor = actor_of_membership(Membership.objects.get(id=colleague.id))
    assert actor.limits == {"stock.adjust": Decimal("9.50")}
    assert actor.locations == {catalog.leeds.id}
    assert actor.channels == {catalog.channel.id}
    entries = AuditEntry.objects.filter(subject_id=colleague.user_id)
    assert [each.actor_label for each in entries] == ["Olive Owner"] * 2


def test_scope_and_limits_must_make_sense(uow, membership, catalog):
    colleague = membership(role="support")
    for limits in ({"orders.view": Decimal(1)}, {"stock.adjust": Decimal(-1)}, {"stock.adjust": Decimal("NaN")}):
        with pytest.raises(Invalid):
            change_limits(user_id=colleague.user_id, limits=limits)
    with pytest.raises(Invalid):
        change_scope(user_id=colleague.user_id, locations=[], channels=[catalog.leeds.id])


def test_strangers_are_not_found(uow, other_tenant, membership):
    stranger = membership(tenant=other_tenant)
    for change in (
        lambda: change_role(user_id=stranger.user_id, role="support"),
        lambda: remove_member(user_id=stranger.user_id),
    ):
        with pytest.raises(NotFound):
            change()


@pytest.fixture
def carried_out():
    done = []
    carries_out("tests.spend", done.append)
    return done


def ask(amount: int = 100):
    return request_approval(
        verb="tests.spend", sentence="Spend 100", amount=Decimal(amount), params={"amount": Decimal(amount)}
    )


def test_a_second_person_approves_and_it_is_carried_out_once(tenant, uow, membership, carried_out):
    approval = ask()
    with pytest.raises(Forbidden, match="yourself"):
        decide(approval_id=approval.id, approve=True)
    with unit_of_work(tenant.id, actor_of_membership(membership(user__name="Mia"))):
        assert decide(approval_id=approval.id, approve=True, note="fine").decided_by == "Mia"
        with pytest.raises(NotAllowed):
            decide(approval_id=approval.id, approve=True)
    assert carried_out == [{"amount": "100"}]


def test_declining_does_nothing(tenant, uow, membership, carried_out):
    approval = ask()
    with unit_of_work(tenant.id, actor_of_membership(membership())):
        assert decide(approval_id=approval.id, approve=False).state == "declined"
    assert carried_out == []


def test_a_decider_needs_a_limit_of_their_own_that_is_high_enough(tenant, uow, membership, carried_out):
    approval = ask()
    deciding = membership(role="manager", limits={"tests.spend": "99"})
    with unit_of_work(tenant.id, actor_of_membership(deciding)), pytest.raises(Forbidden, match="your own limit"):
        decide(approval_id=approval.id, approve=True)


def test_a_program_cannot_decide(tenant, uow, carried_out):
    from oms.core.actors import system

    approval = ask()
    with unit_of_work(tenant.id, system("script")), pytest.raises(Forbidden, match="program"):
        decide(approval_id=approval.id, approve=True)


def test_what_cannot_be_carried_out_goes_on_waiting(tenant, uow, membership):
    def impossible(params):
        raise NotFound("It is gone.")

    carries_out("tests.spend", impossible)
    approval = ask()
    with pytest.raises(NotFound), unit_of_work(tenant.id, actor_of_membership(membership())):
        decide(approval_id=approval.id, approve=True)
    approval.refresh_from_db()
    assert approval.state == "waiting"
