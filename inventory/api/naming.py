"""Lines of a request name items and locations by code or by id: turn both into ids."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from inventory import queries
from inventory.places import location_code
from inventory.stock.values import LotDraft
from oms.core.errors import FieldError, Invalid

BOTH = ("item", "location")


def named(
    lines: Sequence[Mapping], *, path: str = "lines.{}.", needed: Collection[str] = BOTH
) -> list[tuple[UUID | None, UUID | None]]:
    """Each line's (item id, location id); two statements. Raises `Invalid` naming every field that names nothing.

    Ids are passed on as they are: whether they exist is for the action to say. A line
    may leave out what is not ``needed``, which is then None.
    """
    items = queries.resolve_skus({line["sku"] for line in lines if "sku" in line})
    codes = {location_code(line["location"]) for line in lines if "location" in line}
    places = dict(queries.visible_locations().filter(code__in=codes).values_list("code", "id")) if codes else {}
    problems, found = [], []
    for position, line in enumerate(lines):
        where = path.format(position)
        item = items.get(line.get("sku", ""))
        item_id = item.id if item else line.get("item_id")
        location_id = places.get(location_code(line.get("location", "")), line.get("location_id"))
        problems += _problems(line, where, item_id, location_id, needed)
        found.append((item_id, location_id))
    if problems:
        raise Invalid("Nothing was changed: some fields name nothing of yours.", fields=problems)
    return found


def lot_of(line: Mapping) -> LotDraft | None:
    """The lot that a line names by its code."""
    if not line["lot"]:
        return None
    return LotDraft(line["lot"], line["made_on"], line["expires_on"])


def location_of(sent: Mapping, name: str) -> UUID:
    """The location that ``name`` (its code) or ``name_id`` stands for. Raises `Invalid`."""
    if name not in sent:
        return sent[f"{name}_id"]
    found = queries.visible_locations().filter(code=location_code(sent[name])).values_list("id", flat=True).first()
    if found is None:
        message = f"No location of yours is called “{sent[name]}”. Check it, or create the location first."
        raise Invalid.field(name, message, "unknown_location")
    return found


def _problems(
    line: Mapping, where: str, item_id: UUID | None, location_id: UUID | None, needed: Collection[str]
) -> list[FieldError]:
    problems = []
    for what, code, found in (("item", "sku", item_id), ("location", "location", location_id)):
        names = (code in line) + (f"{what}_id" in line)
        if names > 1 or (what in needed and not names):
            message = f"Name the {what} by {code} or by {what}_id: one of the two."
            problems.append(FieldError(f"{where}{code}", "required", message))
        elif code in line and found is None:
            message = f"No {what} of yours is called “{line[code]}”. Check it, or create the {what} first."
            problems.append(FieldError(f"{where}{code}", f"unknown_{what}", message))
    return problems
