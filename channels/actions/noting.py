"""Files and calls of the API leave a row in the log too, beside what they did."""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from channels.actions.connections import connect_channels
from channels.actions.messages import kept_headers
from channels.models import ChannelMessage, Connection, Import
from oms.accounts.models import SalesChannel
from oms.core.db.bulk import to_json
from oms.core.db.keys import uuid7
from oms.core.reading import uuid_in
from oms.core.tenancy import unit

API_ORDER, API_BATCH, FILE = "api.order", "api.batch", "import"


NOTE = """
INSERT INTO channels_channelmessage (tenant_id, connection_id, id, direction, message_id, kind, subject, content_type,
    body, headers, state, outcome, error, order_id, import_id, attempts, received_at, done_at)
SELECT c.tenant_id, c.id, %(id)s, 'in', %(message_id)s, %(kind)s, %(subject)s, %(content_type)s,
    %(body)s, %(headers)s::jsonb, %(state)s, %(outcome)s, %(error)s, %(order_id)s, %(import_id)s, 0,
    %(now)s, %(done_at)s
FROM channels_connection c
WHERE c.tenant_id = %(tenant_id)s AND c.kind = %(way)s
    AND (%(channels)s::uuid[] IS NULL OR c.channel_id = ANY(%(channels)s::uuid[]))
ORDER BY c.created_at, c.id LIMIT 1
"""


def note_call(
    *,
    kind: str,
    channel_id: UUID | None,
    body: bytes,
    headers: Mapping[str, str],
    outcome: str,
    refusals: str = "",
    subject: str = "",
    order_id: UUID | None = None,
) -> None:
    """One placing call of the API, a batch as a whole, on the channel of its first order.

    Without a channel it is kept with the oldest the caller may use. ``refusals`` says what of it was refused;
    what was placed whole is never placed again.
    """
    _note(
        Connection.API, channel_id, kind=kind, subject=subject[:200], order_id=order_id,
        body=body.decode(errors="replace").replace("\x00", "\ufffd"),
        headers=kept_headers({name.lower(): value for name, value in headers.items()}),
        state=ChannelMessage.DONE if outcome else ChannelMessage.FAILED, outcome=outcome[:2000],
        error=refusals[:2000], done_at=None if refusals else unit().now,
    )  # fmt: skip


def note_import(*, found: Import) -> None:
    """A file has come; its import goes on to say what became of it."""
    _note(
        Connection.FILE, found.channel_id, kind=FILE, subject=found.file_name, import_id=found.id,
        headers={"content-type": "text/csv"}, state=ChannelMessage.DUE,
    )  # fmt: skip


def settle_import(*, found: Import, state: str, outcome: str = "", error: str = "") -> None:
    """What has become of the file so far: it waits for its import, or for a person, until the import is over."""
    told = ChannelMessage.objects.filter(import_id=found.id)
    done_at = unit().now if state == ChannelMessage.DONE else None
    told.update(state=state, outcome=outcome, error=error[:2000], done_at=done_at)


def channel_named(text: object) -> UUID | None:
    """The channel an order that was refused wanted to go to, as far as it can be told."""
    if not isinstance(text, str):
        return None
    named = {"id": uuid_in(text)} if uuid_in(text) else {"code": text.replace("\x00", "")}
    found = SalesChannel.objects.filter(**named).first()
    return found.id if found and unit().actor.permits("orders.place", channel_id=found.id) else None


def _note(way: str, channel_id: UUID | None, **values: object) -> None:
    """One statement; a channel so new that it has no connection gets its own first."""
    opened, message_id = unit(), uuid7()
    channels = [channel_id] if channel_id else opened.actor.channels
    headers = values.pop("headers")
    row = {
        "id": message_id, "message_id": str(message_id), "tenant_id": opened.tenant_id, "now": opened.now, "way": way,
        "channels": None if channels is None else list(channels), "headers": to_json(headers),
        "content_type": headers.get("content-type", "")[:100], "body": "", "outcome": "", "error": "",
        "order_id": None, "import_id": None, "done_at": None, **values,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(NOTE, row)
        if not cursor.rowcount:
            known = SalesChannel.objects.filter(id=channel_id) if channel_id else SalesChannel.objects.all()
            connect_channels(channel_ids=set(known.values_list("id", flat=True)))
            cursor.execute(NOTE, row)
