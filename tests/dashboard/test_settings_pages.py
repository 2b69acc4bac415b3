"""Settings as people see and change them: business, channels, keys, events, activity, approvals."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from inventory.events import ItemCreated
from oms.accounts.models import ApiKey, Approval, Membership, SalesChannel
from oms.core.actors import system
from oms.core.audit import Change, record
from oms.core.events import publish
from oms.core.models import Delivery, Tenant
from oms.core.tenancy import unit, unit_of_work
from tests.fixtures import Catalog

pytestmark = pytest.mark.django_db
SETTINGS = "/m/acme/settings/"


def client_of(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def park(tenant: Tenant, count: int = 1) -> list[int]:
    """Facts that somebody could not take in."""
    with unit_of_work(tenant.id, system("tests")) as opened:
        item = ItemCreated(item_id=tenant.public_id, sku="<b>SKU</b>")
        publish([item] * count)
        Delivery.objects.update(
            state=Delivery.PARKED, attempts=10, parked_at=opened.now, error="ValueError: <script>no</script>"
        )
        return list(Delivery.objects.order_by("id").values_list("id", flat=True))


# The overview


def test_the_overview_says_how_things_are_in_few_statements(
    browser_client: Client, catalog: Catalog, django_assert_max_num_queries: Callable
):
    browser_client.get(SETTINGS)
    with django_assert_max_num_queries(12):
        page = browser_client.get(SETTINGS).text
    assert "Acme trades from United Kingdom in EUR, on Europe/London time." in page
    assert "Orders come from Web shop." in page
    assert "1 person belongs to the team." in page
    assert "No program has a key." in page
    assert "Everything that happened has been taken in." in page


def test_the_overview_worries_about_what_needs_a_person(browser_client: Client, tenant: Tenant):
    park(tenant)
    page = browser_client.get(SETTINGS)
    worries = [card.title for card in page.context["cards"] if card.worry]
    assert worries == ["Parked events"]


def test_the_overview_offers_what_the_role_may_open(membership: Callable[..., Membership]):
    page = client_of(membership(role="read_only")).get(SETTINGS)
    titles = [card.title for card in page.context["cards"]]
    assert titles == ["Business", "Sales channels", "Sample data", "Approvals"]


@pytest.mark.parametrize("path", ["team/", "keys/", "webhooks/", "events/", "activity/"])
def test_a_page_the_role_may_not_open_is_refused(membership: Callable[..., Membership], path: str):
    assert client_of(membership(role="support")).get(SETTINGS + path).status_code == 403


# Business


def test_the_business_is_changed(browser_client: Client, tenant: Tenant):
    form = {"name": "Acme & Söhne", "country": "DE", "currency": "EUR", "timezone": "Europe/Berlin"}
    assert browser_client.post(f"{SETTINGS}business/", form).status_code == 303
    tenant.refresh_from_db()
    assert (tenant.name, tenant.timezone) == ("Acme & Söhne", "Europe/Berlin")


def test_a_business_that_cannot_be_is_refused_with_the_values_kept(browser_client: Client, tenant: Tenant):
    form = {"name": "", "country": "DE", "currency": "XYZ", "timezone": "Europe/Berlin"}
    page = browser_client.post(f"{SETTINGS}business/", form)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"name", "currency"}
    assert '<option value="Europe/Berlin" selected>' in page.text


def test_who_may_only_see_the_business_cannot_save_it(membership: Callable[..., Membership]):
    client = client_of(membership(role="read_only"))
    assert "may see this but not change it" in client.get(f"{SETTINGS}business/").text
    assert client.post(f"{SETTINGS}business/", {"name": "Mine"}).status_code == 403


# Channels


def test_a_channel_is_added_renamed_and_switched_off(browser_client: Client, tenant: Tenant):
    added = browser_client.post(f"{SETTINGS}channels/", {"name": "Shop", "code": "Shop-1", "kind": "shop"})
    assert added.status_code == 303
    with unit_of_work(tenant.id, system("tests")):
        channel = SalesChannel.objects.get(code="shop-1")
    changed = {"name": "Old shop", "told_by": "channel"}
    assert browser_client.post(f"{SETTINGS}channels/{channel.id}/", changed).status_code == 303
    page = browser_client.get(f"{SETTINGS}channels/").text
    assert "Old shop" in page
    assert "Switched off" in page


def test_a_code_is_taken_only_once(browser_client: Client, catalog: Catalog):
    page = browser_client.post(f"{SETTINGS}channels/", {"name": "Twin", "code": "web", "kind": "shop"})
    assert page.status_code == 422
    assert "belongs to another channel" in page.text
    assert 'value="Twin"' in page.text


# Keys


def test_a_keys_secret_is_shown_once_and_never_stored(browser_client: Client, tenant: Tenant):
    form = {"name": "Shop", "days": "30", "scopes": ["orders.view"], "idempotency_key": "k-1"}
    answers = [browser_client.post(f"{SETTINGS}keys/", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert ApiKey.objects.filter(tenant=tenant).count() == 1
    key = ApiKey.objects.get(tenant=tenant)
    assert timedelta(days=29) < key.expires_at - key.created_at <= timedelta(days=30)
    shown = browser_client.get(f"{SETTINGS}keys/")
    secret = shown.context["secret"]
    assert secret.startswith(f"tl_{key.prefix}_")
    assert secret in shown.text
    again = browser_client.get(f"{SETTINGS}keys/")
    assert secret not in again.text
    assert secret not in str(dict(browser_client.session))


def test_a_key_without_scopes_is_refused(browser_client: Client, tenant: Tenant):
    page = browser_client.post(f"{SETTINGS}keys/", {"name": "Shop", "days": "always"})
    assert page.status_code == 422
    assert "Choose at least one thing" in page.text


def test_a_key_is_revoked_after_asking(browser_client: Client, tenant: Tenant):
    browser_client.post(f"{SETTINGS}keys/", {"name": "Shop", "days": "always", "scopes": ["orders.view"]})
    key = ApiKey.objects.get(tenant=tenant)
    address = f"{SETTINGS}keys/{key.id}/revoke/"
    assert "Revoke “Shop”?" in browser_client.get(address).text
    assert browser_client.post(address, {}).status_code == 303
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert "Revoked" in browser_client.get(f"{SETTINGS}keys/").text


# Parked events


def test_parked_events_are_shown_with_their_error_and_tried_again(
    browser_client: Client, tenant: Tenant, django_assert_max_num_queries: Callable
):
    ids = park(tenant, 3)
    with django_assert_max_num_queries(12):
        page = browser_client.get(f"{SETTINGS}events/").text
    assert "item.created" in page
    assert "&lt;script&gt;no&lt;/script&gt;" in page
    assert "&lt;b&gt;SKU&lt;/b&gt;" in page
    one = browser_client.post(f"{SETTINGS}events/replay/", {"events": [ids[0], "x", "9" * 30]})
    assert "1 event is tried again." in browser_client.get(one["Location"]).text
    browser_client.post(f"{SETTINGS}events/replay/", {"all": "1"})
    assert "Nothing is parked" in browser_client.get(f"{SETTINGS}events/").text


def test_replaying_nothing_says_so(browser_client: Client, tenant: Tenant):
    answer = browser_client.post(f"{SETTINGS}events/replay/", {})
    assert "Nothing to try again" in browser_client.get(answer["Location"]).text


# Activity


def test_activity_is_narrowed_to_a_kind_of_change_and_pages(
    browser_client: Client, tenant: Tenant, django_assert_max_num_queries: Callable
):
    with unit_of_work(tenant.id, system("tests")):
        about = (("item", tenant.public_id),)
        changes = [Change("stock.adjust", f"Change {n}", about, {"on_hand": n}, {"on_hand": 0}) for n in range(60)]
        record([*changes, Change("keys.create", "API key “A” created", about)])
    with django_assert_max_num_queries(12):
        page = browser_client.get(f"{SETTINGS}activity/")
    assert "API key “A” created" in page.text
    assert "Change 11" in page.text
    older = browser_client.get(f"{SETTINGS}activity/{page.context['page'].next}")
    assert "Change 10" in older.text
    narrowed = browser_client.get(f"{SETTINGS}activity/?verb=keys.create").text
    assert "API key “A” created" in narrowed
    assert "Change 11" not in narrowed
    for nothing in ("nope", "no%00pe", "%27%20OR%201"):
        assert "No change of this kind" in browser_client.get(f"{SETTINGS}activity/?verb={nothing}").text


# Approvals


def ask(tenant: Tenant, membership: Membership) -> Approval:
    with unit_of_work(tenant.id, system("tests")):
        return Approval.objects.create(
            verb="stock.adjust", sentence="MUG-BLU at Leeds: -3 (Lost)", amount=900, params={},
            requested_by={"kind": "user", "id": str(membership.user_id), "label": "Pat"}, requested_at=unit().now,
        )  # fmt: skip


def test_nobody_decides_their_own_and_the_note_is_kept(browser_client: Client, tenant: Tenant, owner: Membership):
    approval = ask(tenant, owner)
    assert "somebody else decides" in browser_client.get(f"{SETTINGS}approvals/").text
    page = browser_client.post(f"{SETTINGS}approvals/{approval.id}/", {"decision": "approve", "note": "mine"})
    assert page.status_code == 422
    assert "You asked for this yourself" in page.text


def test_declining_takes_it_off_the_list_with_its_note(
    browser_client: Client, tenant: Tenant, membership: Callable[..., Membership]
):
    approval = ask(tenant, membership(role="warehouse"))
    assert "MUG-BLU at Leeds" in browser_client.get(f"{SETTINGS}approvals/").text
    answer = browser_client.post(f"{SETTINGS}approvals/{approval.id}/", {"decision": "decline", "note": "Count again"})
    assert answer.status_code == 303
    assert "Nothing waits for a decision" in browser_client.get(f"{SETTINGS}approvals/").text
    assert "Count again" in browser_client.get(f"{SETTINGS}approvals/?view=declined").text


def test_who_may_not_decide_is_told_so(tenant: Tenant, membership: Callable[..., Membership]):
    approval = ask(tenant, membership(role="warehouse"))
    client = client_of(membership(role="read_only"))
    assert "may not decide this" in client.get(f"{SETTINGS}approvals/").text
    assert client.post(f"{SETTINGS}approvals/{approval.id}/", {"decision": "approve"}).status_code == 403
