"""Where it began: the first entry after which an account no longer matched, where that can be known.

Known are: an entry that took more than there was, since no shelf goes below nothing; an entry that was written
again after a checkpoint had vouched for it, since its row is younger than the checkpoint; and otherwise, the last
checkpoint up to which all is right, and the first entry after that.
"""

from typing import NamedTuple
from uuid import UUID

from inventory.models import Movement
from inventory.proof.checks import entry_words
from oms.core.db.reading import read_rows
from oms.core.tenancy import unit

# Each costs a pass over one account's entries, so only the first so many breaks are traced.
NAMED = 10


class Account(NamedTuple):
    item_id: UUID
    location_id: UUID
    state: str


class _Point(NamedTuple):
    """A checkpoint, what it vouched for in this account, and what the entries up to it add up to now."""

    last_movement: int
    day: str
    transaction: int
    said: int
    entered: int


class _Span(NamedTuple):
    """The first entries after the last right point: below nothing, written again, and any at all."""

    negative: int | None
    rewritten: int | None
    any: int | None


_ENTRIES = """
SELECT id, xmin AS written_by,
       CASE WHEN to_location_id = %(location)s AND to_state = %(state)s THEN quantity ELSE -quantity END AS units
FROM inventory_movement WHERE tenant_id = %(tenant)s AND item_id = %(item)s
  AND ((to_location_id = %(location)s AND to_state = %(state)s)
    OR (from_location_id = %(location)s AND from_state = %(state)s))
"""
_POINTS = f"""
WITH entries AS MATERIALIZED ({_ENTRIES})
SELECT c.last_movement, to_char(c.made_at, 'YYYY-MM-DD'), c.transaction,
       coalesce((
         SELECT a.units FROM unnest(t.locations, t.states, t.units) AS a (location_id, state, units)
         WHERE a.location_id = %(location)s AND a.state = %(state)s), 0),
       (SELECT coalesce(sum(e.units), 0)::bigint FROM entries e WHERE e.id <= c.last_movement)
FROM inventory_stockcheckpoint c
LEFT JOIN inventory_checkpointtotal t ON t.tenant_id = %(tenant)s AND t.checkpoint_id = c.id AND t.item_id = %(item)s
WHERE c.tenant_id = %(tenant)s ORDER BY c.last_movement
"""
_SPAN = f"""
SELECT min(id) FILTER (WHERE running < 0), min(id) FILTER (WHERE rewritten), min(id) FROM (
  SELECT id, %(base)s + sum(units) OVER (ORDER BY id) AS running,
         age(written_by) <= age((%(written)s %% 4294967296)::text::xid) AS rewritten
  FROM ({_ENTRIES}) entries WHERE id > %(after)s AND (%(until)s IS NULL OR id <= %(until)s)
) walked
"""


def first_broken(account: Account) -> tuple[str, int | None]:
    """In words, and the entry's id; ("", None) when nothing is known."""
    given = {
        "tenant": unit().tenant_id, "item": account.item_id, "location": account.location_id, "state": account.state,
    }  # fmt: skip
    right, wrong = None, None
    for point in (_Point(*row) for row in read_rows(_POINTS, given)):
        if point.said != point.entered:
            wrong = point
            break
        right = point
    after = right.last_movement if right else 0
    bounds = {
        "after": after, "base": right.said if right else 0, "until": wrong and wrong.last_movement,
        "written": wrong and wrong.transaction,
    }  # fmt: skip
    return _words(_Span(*read_rows(_SPAN, {**given, **bounds})[0]), right, wrong)


def _words(span: _Span, right: _Point | None, wrong: _Point | None) -> tuple[str, int | None]:
    if span.negative:
        return f"It broke at {_entry(span.negative)}: that took more than the entries had brought.", span.negative
    if wrong and span.rewritten:
        return f"It broke at {_entry(span.rewritten)}: that was written again after {wrong.day}.", span.rewritten
    since = f"It was right up to entry {right.last_movement}, on {right.day}" if right else ""
    until = f"It was no longer right at entry {wrong.last_movement}: one up to there is gone." if wrong else ""
    if right and span.any:
        return f"{since}; the first after that is {_entry(span.any)}. {until}".strip(), span.any
    if right and not wrong:
        return f"{since}, and no entry has touched it since: the balance was changed by itself.", None
    return ". ".join(filter(None, (since, until))), None


def _entry(movement_id: int) -> str:
    movement = Movement.objects.only("cause_kind", "actor_label", "recorded_at").get(id=movement_id)
    return entry_words(movement_id, movement.cause_kind, movement.actor_label, movement.recorded_at)
