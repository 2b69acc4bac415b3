"""Errors that a caller can act on. Each knows its HTTP status, a stable code and the sentence to show.

A room defines its own beside what raises them, as subclasses of these; the doors translate them
(`oms.core.api.problems` into RFC 9457, the dashboard into a form error or a banner).
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: its path (``lines.0.sku``), a stable code, and what to do about it."""

    field: str
    code: str
    message: str


class OmsError(Exception):
    """Base of every expected refusal; nothing was changed when one is raised.

    ``message`` says what happened, why, and what to do. ``data`` carries facts a program can use.
    """

    status = 400
    code = "bad_request"
    title = "The request was refused"

    def __init__(self, message: str, *, fields: Sequence[FieldError] = (), **data: object) -> None:
        super().__init__(message)
        self.message = message
        self.fields = tuple(fields)
        self.data = data


class Invalid(OmsError):
    """Input that cannot be accepted; every bad field is named at once."""

    status = 422
    code = "invalid"
    title = "Some fields need attention"

    @classmethod
    def field(cls, field: str, message: str, code: str = "invalid") -> "Invalid":
        return cls(message, fields=[FieldError(field, code, message)])


class NotFound(OmsError):
    status = 404
    code = "not_found"
    title = "Not found"


class Forbidden(OmsError):
    status = 403
    code = "forbidden"
    title = "Not permitted"


class Conflict(OmsError):
    """The world is not in the state that the caller believed it to be in."""

    status = 409
    code = "conflict"
    title = "The record is in another state"


class NotAllowed(Conflict):
    """A state machine has no such transition. Names the state and the verb."""

    code = "not_allowed"

    def __init__(self, state: str, verb: str, message: str = "", **data: object) -> None:
        super().__init__(message or f"Cannot {verb} what is {state}.", state=state, verb=verb, **data)


class Stale(OmsError):
    """``If-Match`` named an older version."""

    status = 412
    code = "stale"
    title = "The record has changed since you read it"


class TooMany(OmsError):
    status = 429
    code = "too_many_requests"
    title = "Too many requests"
