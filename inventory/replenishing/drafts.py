"""Lines of documents to be, and what is wrong with them. Pure."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from inventory.stock.kits import kit_problems
from inventory.stock.values import QUANTITY_MAX
from oms.core.errors import FieldError

LINES_MAX, NOTE_MAX = 1_000, 500


def line_problems(lines: Sequence[tuple[UUID, int]], known: Mapping[UUID, str]) -> list[FieldError]:
    """Of (item, quantity) lines, each named ``lines.N.field``; ``known`` is item → its kind."""
    if not 0 < len(lines) <= LINES_MAX:
        return [FieldError("lines", "out_of_range", f"Give 1 to {LINES_MAX:,} lines.")]
    found = kit_problems([(f"lines.{at}.item_id", known.get(item_id)) for at, (item_id, _) in enumerate(lines)])
    for position, (item_id, quantity) in enumerate(lines):
        if item_id not in known:
            found.append(FieldError(f"lines.{position}.item_id", "unknown_item", "There is no such item."))
        if not 0 < quantity <= QUANTITY_MAX:
            message = f"Give a quantity from 1 to {QUANTITY_MAX:,}."
            found.append(FieldError(f"lines.{position}.quantity", "out_of_range", message))
    return found


def note_problems(note: str, field: str = "note") -> list[FieldError]:
    if len(note) > NOTE_MAX or "\0" in note:
        return [FieldError(field, "too_long", f"Shorten the note to {NOTE_MAX} characters.")]
    return []
