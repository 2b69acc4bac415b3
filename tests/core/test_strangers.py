"""With one merchant's session or key, nothing of another is seen or changed: every address, every table.

The walkers find addresses and tables by themselves; a new one is covered the moment it exists.
"""

import json
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Model
from django.db.utils import ProgrammingError
from django.test import Client

from oms.accounts.models import ApiKey, Invitation, User
from oms.core.actors import system
from oms.core.db.tenant import TenantModel
from oms.core.models import Tenant
from oms.core.tenancy import OutsideUnitOfWork, unit_of_work
from tests.core.every_url import METHODS, Address, addresses, body_for
from tests.core.rows import MARK, NUMBER, fingerprint, make_rows, tenant_models, unsaved

PROCESS = system("tests")
# Parameters that are not named after their model.
ALIASES = {"key": "apikey", "draft": "order", "line": "orderline"}
REFUSED = {301, 302, 303, 403, 404, 405}


class Rival:
    """Another merchant with one row in every table, and the ids of all of them."""

    def __init__(self, tenant, owner) -> None:
        self.tenant, self.owner = tenant, owner
        with unit_of_work(tenant.id, PROCESS) as opened:
            self.rows = make_rows()
            key = ApiKey.objects.create(tenant=tenant, name=MARK, prefix="abcdef", secret_hash="x", scopes=[])
            invitation = Invitation.objects.create(
                tenant=tenant, email="secret@example.com", role="support", token_hash="x", expires_at=opened.now
            )
        self.others: dict[type[Model], object] = {
            ApiKey: key.id, Invitation: invitation.id, User: owner.user_id, Tenant: tenant.public_id,
        }  # fmt: skip

    def id_of(self, name: str) -> object:
        """The id of the rival's record that a parameter or field of this name would hold."""
        if name.endswith("number"):
            return NUMBER
        stem = name.removesuffix("_ids").removesuffix("_id").removesuffix("s").replace("_", "")
        candidates = {**{model: row.pk for model, row in self.rows.items()}, **self.others}
        named = {model._meta.model_name: value for model, value in candidates.items()}
        named |= {name: named[model] for name, model in ALIASES.items()}
        if stem in named:
            return named[stem]
        ending = [value for model, value in named.items() if model.endswith(stem)]
        if len(ending) != 1:
            raise LookupError(f"Which table does “{name}” belong to? Name it after its model.")
        return ending[0]

    def any_id(self, name: str) -> object:
        try:
            return self.id_of(name)
        except LookupError:
            return self.id_of("order_id")

    def fingerprints(self) -> dict[str, str]:
        with unit_of_work(self.tenant.id, PROCESS):
            return {model._meta.db_table: fingerprint(model._meta.db_table) for model in tenant_models()}


@pytest.fixture
def rival(other_tenant, membership) -> Rival:
    return Rival(other_tenant, membership(tenant=other_tenant))


def shown(response) -> str:
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content).decode(errors="replace")
    return response.content.decode(errors="replace")


def walk(chosen: list[Address], methods: tuple[str, ...], ask: Callable, wrong: Callable) -> list[str]:
    """Ask every address by every method; what ``wrong`` says of an answer, or the exception, is a failure."""
    failures = []
    for address in chosen:
        for method in methods:
            try:
                response = ask(address, method)
                problem = wrong(response)
            except Exception as error:
                problem = f"raised {error!r}"[:300]
            if problem:
                failures.append(f"{method.upper()} {address.pattern}: {problem}")
    assert chosen
    return failures


def let_in(response) -> str:
    """What is wrong with an answer about somebody else's record."""
    if response.status_code not in REFUSED:
        return f"answered {response.status_code}: {shown(response)[:200]}"
    return leaks(response)


def leaks(response) -> str:
    if response.status_code >= 500:
        return f"answered {response.status_code}"
    return "shows the rival's data" if MARK in shown(response) else ""


def test_every_id_in_an_address_is_known_here(rival):
    """A new parameter must say by its name what it names, or the walks below would knock at no door."""
    names = {name for address in addresses() for name in address.ids}
    assert {name: rival.id_of(name) for name in names}


def test_the_api_knows_no_strangers_ids(api, rival):
    before = rival.fingerprints()

    def ask(address: Address, method: str):
        path = address.filled(rival.id_of)
        if method == "get":
            return api.get(path)
        return getattr(api, method)(path, body_for(address, method, rival.any_id), format="json")

    with_ids = [each for each in addresses() if each.in_api and each.ids]
    assert (
        walk(with_ids, METHODS, lambda a, m: api.get(a.filled(rival.id_of)) if m == "get" else ask(a, m), let_in) == []
    )
    assert rival.fingerprints() == before


def test_the_api_takes_no_strangers_ids_in_a_body(api, rival):
    """Lists answer, but show nothing of the rival; posts may be refused or do nothing, but change nothing of theirs."""
    before = rival.fingerprints()

    def ask(address: Address, method: str):
        if method == "get":
            return api.get(address.pattern)
        return getattr(api, method)(address.pattern, body_for(address, method, rival.any_id), format="json")

    without_ids = [each for each in addresses() if each.in_api and not each.ids]
    assert walk(without_ids, METHODS, ask, leaks) == []
    assert rival.fingerprints() == before


def test_the_walk_can_fail(api_of, rival):
    """The control: to the rival's own key the same addresses do answer, with what must not be seen by others."""
    own = api_of(rival.tenant)
    with_ids = [each for each in addresses() if each.in_api and each.ids]
    failures = walk(with_ids, ("get",), lambda address, _: own.get(address.filled(rival.id_of)), let_in)
    assert any("/orders/<uuid:order_id>: answered 200" in each for each in failures)
    assert any(MARK in each for each in failures)


def test_pages_know_no_strangers_ids(browser_client, tenant, rival):
    before = rival.fingerprints()

    def ask(address: Address, method: str):
        return getattr(browser_client, method)(address.filled(rival.id_of, tenant.slug))

    def wrong(response) -> str:
        # A form that was sent empty may come back to be filled in, as long as nothing of the rival's is on it.
        return leaks(response) if response.status_code == 422 else let_in(response)

    with_ids = [each for each in addresses() if each.of_merchant and each.ids]
    assert walk(with_ids, ("get", "post"), ask, wrong) == []
    assert rival.fingerprints() == before


def test_pages_of_ones_own_show_nothing_of_the_rival(browser_client, tenant, rival):
    own = [each for each in addresses() if each.of_merchant and not each.ids]
    assert walk(own, ("get",), lambda each, _: browser_client.get(each.filled(rival.id_of, tenant.slug)), leaks) == []


def pages_of_rival(rival) -> Callable[[Address], str]:
    return lambda each: each.filled(
        lambda name: {"slug": rival.tenant.slug, "code": "x"}.get(name) or rival.id_of(name)
    )


def test_a_strangers_pages_do_not_exist(browser_client, rival):
    path = pages_of_rival(rival)

    def wrong(response) -> str:
        return "" if response.status_code == 404 and MARK not in shown(response) else f"answered {response.status_code}"

    pages = [each for each in addresses() if each.of_merchant]
    assert walk(pages, ("get", "post"), lambda each, method: getattr(browser_client, method)(path(each)), wrong) == []


def test_without_signing_in_there_is_only_the_sign_in_page(rival):
    path, nobody = pages_of_rival(rival), Client()

    def wrong(response) -> str:
        signs_in = response.status_code == 302 and response["location"].startswith("/account/login/")
        return "" if signs_in else f"answered {response.status_code}"

    pages = [each for each in addresses() if each.of_merchant]
    assert walk(pages, ("get", "post"), lambda each, method: getattr(nobody, method)(path(each)), wrong) == []


def test_without_a_credential_the_api_says_401(rival):
    def wrong(response) -> str:
        problem = json.loads(shown(response)).get("code", "")
        return (
            "" if (response.status_code, problem) == (401, "not_authenticated") else f"answered {response.status_code}"
        )

    chosen = [each for each in addresses() if each.in_api]
    assert walk(chosen, METHODS, lambda a, m: getattr(Client(), m)(a.filled(rival.id_of)), wrong) == []


def test_a_session_cannot_name_a_strangers_business(browser_client, rival):
    headers = {"throughline-merchant": rival.tenant.slug}
    assert browser_client.get("/api/v1/me", headers=headers).status_code == 401
    assert browser_client.get("/api/v1/me", headers={"throughline-merchant": "acme"}).status_code == 200


def raw(sql: str, *parameters: object) -> tuple[int, list]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount, cursor.fetchall() if cursor.description else []


def test_a_strangers_rows_cannot_be_seen_or_touched(tenant, rival):
    tables = [(model, model._meta.db_table) for model in tenant_models()]
    with unit_of_work(rival.tenant.id, PROCESS):
        assert [table for _, table in tables if raw(f"SELECT count(*) FROM {table}")[1] == [(0,)]] == []
    with unit_of_work(tenant.id, PROCESS):
        for model, table in tables:
            assert raw(f"SELECT count(*) FROM {table}")[1] == [(0,)], table
            assert model._base_manager.filter(pk=rival.rows[model].pk).count() == 0, table
            assert raw(f"UPDATE {table} SET tenant_id = tenant_id")[0] == 0, table
            assert raw(f"DELETE FROM {table}")[0] == 0, table


def test_a_row_cannot_be_given_to_a_stranger(tenant, rival):
    for model in tenant_models():
        with unit_of_work(tenant.id, PROCESS):
            row = unsaved(model, dict(rival.rows))
        row.tenant_id = rival.tenant.id
        with pytest.raises(ProgrammingError, match="row-level security"), unit_of_work(tenant.id, PROCESS):
            row.save(force_insert=True)


def test_outside_a_unit_of_work_there_are_no_rows(rival):
    for model in tenant_models():
        assert raw(f"SELECT count(*) FROM {model._meta.db_table}")[1] == [(0,)], model
        if issubclass(model, TenantModel):
            with pytest.raises(OutsideUnitOfWork):
                model.objects.count()


def test_a_row_cannot_point_at_a_strangers(tenant, rival):
    """The composite key refuses it, whatever the policies would let through."""
    from django.db import IntegrityError

    from orders.models import Note, Order

    order = next(row for model, row in rival.rows.items() if model is Order)
    with (
        pytest.raises(IntegrityError, match="orders_note_order_id_same"),
        unit_of_work(tenant.id, PROCESS) as opened,
    ):
        Note.objects.create(order_id=UUID(str(order.pk)), text="x", author="x", created_at=opened.now)
