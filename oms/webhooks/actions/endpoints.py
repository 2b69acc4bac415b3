"""Create, change, rotate and delete the endpoints of integrators."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from oms.core.audit import Change, record
from oms.core.errors import Conflict, FieldError, Invalid, NotFound
from oms.core.events.facts import all_kinds
from oms.core.signed_hooks import new_secret
from oms.core.tenancy import unit
from oms.webhooks.addresses import address_problems
from oms.webhooks.locks import lock_endpoint
from oms.webhooks.models import Attempt, Endpoint, Message
from oms.webhooks.secrets import sealed

ENDPOINTS_MAX = 50
DESCRIPTION_MAX = 200
OVERLAP = timedelta(hours=24)
SWITCHED_OFF = "Switched off by hand."


class TooManyEndpoints(Conflict):
    code = "too_many_endpoints"
    title = "There are too many endpoints"


def event_types() -> dict[str, str]:
    """What an endpoint can ask for: the name of each public kind of fact and what it means."""
    return {name: (kind.__doc__ or "").strip().splitlines()[0] for name, kind in all_kinds().items() if kind.public}


def create_endpoint(*, url: str, events: Collection[str] = (), description: str = "") -> tuple[Endpoint, str]:
    """A new endpoint and its signing secret, which is shown once. No ``events`` means all of them.

    Raises `Invalid` naming each bad field, `TooManyEndpoints`.
    """
    _check(url=url, events=events, description=description)
    if Endpoint.objects.count() >= ENDPOINTS_MAX:
        raise TooManyEndpoints(f"A business has at most {ENDPOINTS_MAX} endpoints. Delete one that is not used.")
    secret = new_secret()
    endpoint = Endpoint.objects.create(
        url=url, events=sorted(set(events)), description=description.strip(),
        secret=sealed(secret, unit().tenant_id), created_at=unit().now,
    )  # fmt: skip
    _record("webhooks.create", f"Webhook to {url} created", endpoint)
    return endpoint, secret


def update_endpoint(
    *,
    endpoint_id: UUID,
    url: str | None = None,
    events: Collection[str] | None = None,
    description: str | None = None,
    active: bool | None = None,
) -> Endpoint:
    """Change an endpoint; what is None stays. Switched off, it is owed nothing new and what waited has failed.

    Raises `NotFound`, or `Invalid` naming each bad field.
    """
    endpoint = found(endpoint_id)
    given = {
        "url": url,
        "events": None if events is None else sorted(set(events)),
        "description": None if description is None else description.strip(),
        "active": active,
    }
    wanted = {name: value for name, value in given.items() if value is not None and value != getattr(endpoint, name)}
    _check(**{name: wanted[name] for name in ("url", "events", "description") if name in wanted})
    if not wanted:
        return endpoint
    before = {name: getattr(endpoint, name) for name in wanted}
    for name, value in wanted.items():
        setattr(endpoint, name, value)
    if "active" in wanted:
        endpoint.disabled_reason = "" if endpoint.active else SWITCHED_OFF
        give_up_waiting(endpoint)
    endpoint.version += 1
    endpoint.save()
    _record("webhooks.edit", f"Webhook to {endpoint.url} changed", endpoint, before, wanted)
    return endpoint


def rotate_secret(*, endpoint_id: UUID) -> tuple[Endpoint, str]:
    """Give an endpoint a new secret; for a day messages are signed with the old one too. Raises `NotFound`."""
    endpoint = found(endpoint_id)
    secret = new_secret()
    endpoint.previous_secret, endpoint.previous_until = endpoint.secret, unit().now + OVERLAP
    endpoint.secret = sealed(secret, unit().tenant_id)
    endpoint.version += 1
    endpoint.save()
    _record("webhooks.rotate", f"Secret of the webhook to {endpoint.url} rotated", endpoint)
    return endpoint, secret


def delete_endpoint(*, endpoint_id: UUID) -> None:
    """Delete an endpoint with its messages and their log. Raises `NotFound`."""
    endpoint = found(endpoint_id)
    Attempt.objects.filter(message__endpoint=endpoint).delete()
    Message.objects.filter(endpoint=endpoint).delete()
    _record("webhooks.delete", f"Webhook to {endpoint.url} deleted", endpoint)
    endpoint.delete()


def disable_endpoint(endpoint: Endpoint, reason: str) -> None:
    """The receiver said that it is gone: owe it nothing more until a person switches it on again."""
    endpoint.active, endpoint.disabled_reason = False, reason
    endpoint.version += 1
    endpoint.save(update_fields=["active", "disabled_reason", "version"])
    give_up_waiting(endpoint)
    _record("webhooks.disable", f"Webhook to {endpoint.url} disabled: {reason}", endpoint)


def give_up_waiting(endpoint: Endpoint) -> None:
    """What waits for an endpoint that is off has failed; it can be replayed later."""
    if not endpoint.active:
        Message.objects.filter(endpoint=endpoint, state=Message.DUE).update(state=Message.FAILED)


def found(endpoint_id: UUID) -> Endpoint:
    """The locked endpoint; raises `NotFound`."""
    endpoint = lock_endpoint(endpoint_id)
    if endpoint is None:
        raise NotFound("There is no such webhook endpoint.")
    return endpoint


def _check(*, url: str | None = None, events: Collection[str] | None = None, description: str = "") -> None:
    problems = [] if url is None else address_problems(url, allow_private=settings.WEBHOOK_ALLOW_PRIVATE)
    known = event_types()
    problems += [
        FieldError("events", "unknown_event", f"There is no event “{name}”. See /api/v1/webhook-event-types.")
        for name in sorted(set(events or ()) - set(known))
    ]
    if len(description) > DESCRIPTION_MAX:
        problems.append(FieldError("description", "too_long", f"Shorten this to {DESCRIPTION_MAX} characters."))
    if problems:
        raise Invalid("The webhook was not saved.", fields=problems)


def _record(verb: str, sentence: str, endpoint: Endpoint, *before_and_after: dict) -> None:
    record([Change(verb, sentence, (("webhook_endpoint", endpoint.id),), *before_and_after)])
