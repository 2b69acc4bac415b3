"""The same key has one effect and one answer; two at once wait for each other."""

import threading

import pytest
from django.db import connection

from oms.accounts.models import SalesChannel
from oms.core.actors import system
from oms.core.errors import Invalid
from oms.core.idempotency import Answer, answer_once, forget_old
from oms.core.models import IdempotencyKey
from oms.core.tenancy import unit_of_work

BODY = {"code": "web", "name": "Web shop", "kind": "shop"}


def post(api, key: str, body: dict = BODY):
    return api.post("/api/v1/channels", body, format="json", headers={"idempotency-key": key})


def test_a_retry_gets_the_first_answer_and_does_nothing(api, tenant):
    first, again = post(api, "k1"), post(api, "k1")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    with unit_of_work(tenant.id, system("tests")):
        assert SalesChannel.objects.count() == 1


def test_the_same_key_with_another_request_is_refused(api):
    post(api, "k1")
    answer = post(api, "k1", {**BODY, "code": "other"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_an_error_is_not_remembered(api):
    assert post(api, "k1", {**BODY, "code": "!"}).status_code == 422
    assert post(api, "k1").status_code == 201


def test_keys_of_different_callers_do_not_meet(api, api_of, tenant):
    post(api, "k1")
    second = api_of(tenant)
    assert post(second, "k1", {**BODY, "code": "second"}).status_code == 201


@pytest.mark.parametrize("key", ["x" * 256, "näh", "tab\there"])
def test_what_is_no_key_is_refused_by_name(uow, key):
    with pytest.raises(Invalid) as refusal:
        answer_once(principal="user:1", key=key, digest="d", produce=lambda: Answer(200))
    assert refusal.value.fields[0].field == "Idempotency-Key"


def test_old_keys_are_forgotten(tenant, time_machine):
    def remember(key: str) -> None:
        with unit_of_work(tenant.id, system("tests")):
            answer_once(principal="p", key=key, digest="d", produce=lambda: Answer(200))

    time_machine.move_to("2026-11-01T00:00:00Z")
    remember("old")
    time_machine.move_to("2026-11-05T00:00:00Z")
    remember("new")
    assert forget_old() == 1
    with unit_of_work(tenant.id, system("tests")):
        assert [row.key for row in IdempotencyKey.objects.filter(tenant_id=tenant.id)] == ["new"]


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("first_succeeds", [True, False])
def test_of_two_at_once_the_second_waits(tenant, first_succeeds):
    """Two connections: while the first works the second is blocked; then it replays, or does the work itself."""
    entered, go_on, answers = threading.Event(), threading.Event(), {}

    def slow() -> Answer:
        entered.set()
        assert go_on.wait(10)
        if not first_succeeds:
            raise ZeroDivisionError
        return Answer(201, "first")

    def run(name: str, produce) -> None:
        try:
            with unit_of_work(tenant.id, system("tests")):
                answers[name] = answer_once(principal="p", key="k", digest="d", produce=produce)
        except ZeroDivisionError:
            answers[name] = "failed"
        finally:
            connection.close()

    first = threading.Thread(target=run, args=("first", slow))
    first.start()
    assert entered.wait(10)
    second = threading.Thread(target=run, args=("second", lambda: Answer(201, "second")))
    second.start()
    second.join(0.5)
    assert second.is_alive()
    go_on.set()
    first.join(10)
    second.join(10)
    if first_succeeds:
        assert answers == {"first": (Answer(201, "first"), False), "second": (Answer(201, "first"), True)}
    else:
        assert answers == {"first": "failed", "second": (Answer(201, "second"), False)}


def test_without_the_key_both_take_effect(api):
    """The control: the repeat is refused only because the code is taken, not because it was seen before."""
    assert api.post("/api/v1/channels", BODY, format="json").status_code == 201
    assert api.post("/api/v1/channels", {**BODY, "code": "second"}, format="json").status_code == 201
    assert api.post("/api/v1/channels", BODY, format="json").json()["code"] == "channel_exists"
