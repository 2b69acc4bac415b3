"""The merchant's settings, limits per role, and making a merchant from the command line."""

import re
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from oms.accounts.actions.business import create_merchant, set_role_limits, update_business
from oms.accounts.models import Invitation, Membership
from oms.accounts.queries import actor_of_membership, invitation_of
from oms.core.actors import system
from oms.core.errors import Forbidden, Invalid
from oms.core.models import AuditEntry, Fact, Tenant
from oms.core.tenancy import unit_of_work


def test_changes_are_audited_and_told_by_name(uow, tenant):
    update_business(name="Acme Ltd", timezone="Europe/Berlin")
    entry = AuditEntry.objects.get(subject_id=tenant.public_id)
    assert (entry.before["name"], entry.after["name"]) == ("Acme", "Acme Ltd")
    assert Fact.objects.get(tenant_id=tenant.id).payload["changed"] == ["name", "timezone"]
    update_business(name="Acme Ltd")
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"name": "x" * 200}, {"currency": "XXZ"}, {"timezone": "Mars"}, {"country": "12"}]
)
def test_bad_settings_are_refused_by_name(uow, change):
    with pytest.raises(Invalid) as refusal:
        update_business(**change)
    assert [each.field for each in refusal.value.fields] == list(change)


def test_limits_of_a_role_hold_for_everybody_in_it(uow, membership):
    colleague = membership(role="warehouse")
    assert actor_of_membership(colleague).needs_approval("stock.adjust", Decimal(251))
    set_role_limits(role="warehouse", limits={"stock.adjust": Decimal(1000)})
    colleague = Membership.objects.select_related("tenant", "user").get(id=colleague.id)
    assert not actor_of_membership(colleague).needs_approval("stock.adjust", Decimal(999))
    assert actor_of_membership(colleague).needs_approval("stock.adjust", Decimal(1001))


def test_nobody_sets_the_limit_of_their_own_role(uow):
    with pytest.raises(Forbidden):
        set_role_limits(role="owner", limits={"stock.adjust": None})
    with pytest.raises(Invalid):
        set_role_limits(role="emperor", limits={})


def test_addresses_of_merchants_do_not_collide(database):
    slugs = [create_merchant(name=name).slug for name in ("Käse & Co.", "Kase Co", "Kase Co", "株式会社")]
    assert slugs == ["kase-co", "kase-co-2", "kase-co-3", "merchant"]


def test_a_merchant_is_made_from_the_command_line(database):
    said = StringIO()
    call_command("create_merchant", "New Shop", owner="boss@example.com", currency="GBP", country="GB", stdout=said)
    tenant = Tenant.objects.get(slug="new-shop")
    assert tenant.currency == "GBP"
    token = re.search(r"/invitations/(\w+)/", said.getvalue())[1]
    invitation = invitation_of(token)
    assert (invitation.tenant, invitation.email, invitation.role) == (tenant, "boss@example.com", "owner")
    with unit_of_work(tenant.id, system("tests")):
        assert AuditEntry.objects.get().actor_label == "create_merchant"


def test_a_merchant_that_cannot_be_made_leaves_nothing(database):
    with pytest.raises(CommandError, match="currency"):
        call_command("create_merchant", "New Shop", owner="boss@example.com", currency="QQQ")
    with pytest.raises(CommandError, match="not an e-mail address"):
        call_command("create_merchant", "New Shop", owner="nonsense")
    assert not Tenant.objects.exists()
    assert not Invitation.objects.exists()
