"""The team, its members and their limits, and the page behind an invitation's link."""

from collections.abc import Callable

import pytest
from django.test import Client

from oms.accounts.models import Invitation, Membership, User
from oms.core.models import Tenant
from tests.factories import UserFactory
from tests.fixtures import Catalog

pytestmark = pytest.mark.django_db
TEAM = "/m/acme/settings/team/"
PASSWORD = "seven brave otters"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def invite(client: Client, email: str = "sam@example.com", **form: object) -> Invitation:
    answer = client.post(TEAM, {"email": email, "role": "support", **form})
    assert answer.status_code == 303
    return Invitation.objects.get(email=email)


# The team


def test_the_team_is_shown_with_roles_and_scope(
    browser_client: Client,
    membership: Callable[..., Membership],
    catalog: Catalog,
    django_assert_max_num_queries: Callable,
):
    membership(role="warehouse", locations=[catalog.leeds.id], user__name="Pat <b>")
    invite(browser_client)
    with django_assert_max_num_queries(12):
        page = browser_client.get(TEAM).text
    assert "Pat &lt;b&gt;" in page
    assert "Leeds · all channels" in page
    assert "sam@example.com" in page


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"email": "not an address", "role": "support"}, "email"),
        ({"email": "sam@example.com", "role": "emperor"}, "role"),
        ({"email": "sam@example.com", "role": "support", "channels": ["nonsense"]}, "channels"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_by_field(
    browser_client: Client, tenant: Tenant, form: dict[str, object], field: str
):
    page = browser_client.post(TEAM, form)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}
    assert form["email"] in page.text


def test_somebody_in_the_team_already_is_not_invited_again(browser_client: Client, owner: Membership):
    page = browser_client.post(TEAM, {"email": owner.user.email, "role": "support"})
    assert page.status_code == 422
    assert "is in the team already" in page.text


def test_an_invitation_is_withdrawn(browser_client: Client, tenant: Tenant):
    invitation = invite(browser_client)
    assert browser_client.post(f"{TEAM}invitations/{invitation.id}/withdraw/").status_code == 303
    assert Client().get(f"/invitations/{invitation.token}/").status_code == 404


def test_a_manager_sees_the_team_but_changes_nothing(membership: Callable[..., Membership]):
    client = client_of(membership(role="manager").user)
    assert "Invite somebody" not in client.get(TEAM).text
    assert client.post(TEAM, {"email": "sam@example.com", "role": "support"}).status_code == 403
    assert "Role" in client.get(f"{TEAM}roles/").text


# A member


def test_role_scope_and_limits_are_changed_each_by_its_own_form(
    browser_client: Client, membership: Callable[..., Membership], catalog: Catalog
):
    member = membership(role="support")
    page = f"{TEAM}{member.user_id}/"
    assert browser_client.post(page, {"part": "role", "role": "warehouse"}).status_code == 303
    scope = {"part": "scope", "locations": [catalog.leeds.id], "channels": [catalog.channel.id]}
    assert browser_client.post(page, scope).status_code == 303
    limits = {"part": "limits", "limits.stock.adjust": "75.50", "free.orders.discount": "on"}
    assert browser_client.post(page, limits).status_code == 303
    member.refresh_from_db()
    assert (member.role, member.locations, member.channels) == ("warehouse", [catalog.leeds.id], [catalog.channel.id])
    assert member.limits == {"stock.adjust": "75.50", "orders.discount": None}
    shown = browser_client.get(page)
    assert 'value="75.50"' in shown.text
    assert shown.context["limits_form"]["free.orders.discount"].value() is True


@pytest.mark.parametrize("amount", ["-1", "lots", "9" * 30])
def test_a_limit_that_is_no_amount_is_refused_and_kept(
    browser_client: Client, membership: Callable[..., Membership], amount: str
):
    member = membership(role="support")
    page = browser_client.post(f"{TEAM}{member.user_id}/", {"part": "limits", "limits.stock.adjust": amount})
    assert page.status_code == 422
    assert f'value="{amount}"' in page.text


def test_nobody_changes_themselves_and_an_owner_remains(browser_client: Client, owner: Membership):
    page = f"{TEAM}{owner.user_id}/"
    assert "This is you" in browser_client.get(page).text
    assert browser_client.post(page, {"part": "role", "role": "support"}).status_code == 422
    last = browser_client.post(f"{page}remove/", {"yes": "1"})
    assert last.status_code == 422
    assert "only owner" in last.text


def test_a_member_is_removed_after_asking(browser_client: Client, membership: Callable[..., Membership]):
    member = membership(role="support", user__name="Sam")
    page = f"{TEAM}{member.user_id}/remove/"
    assert "Keep Sam" in browser_client.get(page).text
    assert browser_client.post(page).status_code == 303
    assert not Membership.objects.filter(id=member.id).exists()
    assert client_of(member.user).get("/m/acme/jobs/").status_code == 404


def test_the_limits_of_a_role_hold_for_its_people(browser_client: Client, membership: Callable[..., Membership]):
    page = f"{TEAM}roles/warehouse/"
    assert "up to €250.00" in browser_client.get(page).text
    assert browser_client.post(page, {"limits.stock.adjust": "99"}).status_code == 303
    assert "€99.00" in browser_client.get(f"{TEAM}roles/").text
    picker = membership(role="warehouse")
    assert "up to €99.00" in browser_client.get(f"{TEAM}{picker.user_id}/").text


@pytest.mark.parametrize(("role", "status"), [("owner", 422), ("emperor", 404)])
def test_nobody_sets_the_limits_of_their_own_role_or_of_none(
    browser_client: Client, tenant: Tenant, role: str, status: int
):
    assert browser_client.post(f"{TEAM}roles/{role}/", {"free.stock.adjust": "on"}).status_code == status


# The link


def test_a_new_person_joins_with_a_new_account_and_is_signed_in(browser_client: Client, tenant: Tenant):
    invitation = invite(browser_client)
    client = Client()
    page = f"/invitations/{invitation.token}/"
    assert "Join Acme" in client.get(page).text
    weak = client.post(page, {"name": "Sam", "password": "123"})
    assert weak.status_code == 422
    assert weak.context["form"].errors["password"]
    assert 'value="Sam"' in weak.text
    joined = client.post(page, {"name": "Sam", "password": PASSWORD})
    assert (joined.status_code, joined["Location"]) == (303, "/m/acme/")
    assert Membership.objects.get(user__email="sam@example.com").role == "support"
    assert client.get("/m/acme/jobs/").status_code == 200
    assert client.get(page)["Location"] == "/m/acme/"
    assert "used already" in Client().get(page).text


def test_who_has_an_account_signs_in_first_and_then_only_says_yes(browser_client: Client, tenant: Tenant):
    user = UserFactory(email="sam@example.com")
    page = f"/invitations/{invite(browser_client).token}/"
    asked = Client().get(page).text
    assert "Sign in to join" in asked
    assert f"next={page}" in asked
    assert client_of(user).post(page).status_code == 303
    assert Membership.objects.filter(user=user, tenant=tenant).exists()


def test_a_link_is_not_for_somebody_else(browser_client: Client, tenant: Tenant):
    page = f"/invitations/{invite(browser_client).token}/"
    other = client_of(UserFactory())
    assert "Sign out, then open the link again" in other.get(page).text
    assert other.post(page).status_code == 422
    assert not Membership.objects.filter(user__email="sam@example.com").exists()


def test_an_unknown_link_says_what_to_do(tenant: Tenant):
    answer = Client().get("/invitations/" + "0" * 64 + "/")
    assert answer.status_code == 404
    assert "Ask for a new invitation" in answer.text


# The way in


def test_the_root_leads_to_the_only_merchant_or_to_the_choice(browser_client: Client, owner: Membership):
    assert browser_client.get("/")["Location"] == "/m/acme/"
    other = Membership.objects.create(user=owner.user, tenant=Tenant.objects.create(slug="b", name="B"), role="owner")
    assert browser_client.get("/")["Location"] == "/merchants/"
    page = browser_client.get("/merchants/").text
    assert "Acme" in page
    assert f"/m/{other.tenant.slug}/" in page
    assert Client().get("/")["Location"].startswith("/account/login/")


def test_a_person_without_a_merchant_is_told_whom_to_ask(tenant: Tenant):
    assert "Ask the owner" in client_of(UserFactory()).get("/merchants/").text
