"""Create, change and rank the places that hold stock."""

from collections.abc import Mapping, Sequence
from datetime import time
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum

from inventory.events import LocationChanged
from inventory.locks import lock_location, lock_locations
from inventory.models import Balance, Location
from inventory.places import location_code, location_problems
from oms.core.addresses import Address
from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.errors import Conflict, FieldError, Invalid, NotFound, Stale
from oms.core.events import publish
from oms.core.tenancy import unit

CHANGEABLE = frozenset(
    {"code", "name", "kind", "address", "timezone", "cutoff", "priority", "ships", "active"}
)  # fmt: skip


class DuplicateLocation(Conflict):
    """Another location has this code already."""

    code = "duplicate_location"
    title = "This code is taken"


class LocationInUse(Conflict):
    """Stock lies there, so it can not be closed."""

    code = "location_in_use"
    title = "The location still holds stock"


def create_location(
    *,
    code: str,
    name: str,
    kind: str = "warehouse",
    address: Mapping[str, object] | Address | None = None,
    timezone: str = "UTC",
    cutoff: time | None = None,
    priority: int = 100,
    ships: bool = True,
    active: bool = True,
) -> Location:
    """A new location. ``cutoff`` is in its own zone. Raises `Invalid` naming the fields, `DuplicateLocation`."""
    given = {
        "code": code, "name": name, "kind": kind, "address": _as_json(address), "timezone": timezone,
        "cutoff": cutoff, "priority": priority, "ships": ships, "active": active,
    }  # fmt: skip
    _check(given)
    location = Location(**_clean(given), created_at=unit().now)
    _save(location)
    _tell(location, f"Location {location.code} created", {}, {name: given[name] for name in ("code", "name", "kind")})
    return location


def update_location(
    *, location_id: UUID, changes: Mapping[str, object], expected_version: int | None = None
) -> Location:
    """Change the named fields; ``ships`` false stops routing new orders there.

    Raises `NotFound`, `Stale`, `Invalid`, `DuplicateLocation`, and `LocationInUse` for closing one
    (``active`` false) that still holds stock.
    """
    strange = sorted(set(changes) - CHANGEABLE)
    if strange:
        raise Invalid.field(strange[0], f"A location's {strange[0]} can not be changed.", "not_changeable")
    if "address" in changes:
        changes = {**changes, "address": _as_json(changes["address"])}
    _check(changes)
    location = lock_location(location_id)
    if location is None:
        raise NotFound("There is no such location.")
    if expected_version is not None and expected_version != location.version:
        raise Stale("Someone changed this location after you read it. Read it again and repeat your change.")
    after = {name: value for name, value in _clean(changes).items() if value != getattr(location, name)}
    if not after:
        return location
    if after.get("active") is False:
        _refuse_in_use(location)
    before = {name: getattr(location, name) for name in after}
    for name, value in after.items():
        setattr(location, name, value)
    location.version += 1
    _save(location)
    _tell(location, f"Location {location.code}: {', '.join(after)} changed", _plain(before), _plain(after))
    return location


def reorder_locations(*, location_ids: Sequence[UUID]) -> list[Location]:
    """Rank these locations first, in this order; the others follow in the order they had.

    Raises `Invalid` naming ``location_ids`` when one is unknown or stands there twice.
    """
    locations = {location.id: location for location in lock_locations()}
    if len(set(location_ids)) < len(location_ids) or not set(location_ids) <= locations.keys():
        raise Invalid.field("location_ids", "Name each location once, and only locations of yours.", "unknown_location")
    rest = sorted((each.priority, each.id) for each in locations.values() if each.id not in set(location_ids))
    ranked = [locations[key] for key in (*location_ids, *(key for _, key in rest))]
    moved = [(rank, each) for rank, each in enumerate(ranked, start=1) if each.priority != rank]
    for rank, location in moved:
        location.priority, location.version = rank, location.version + 1
    update_rows(Location, [{"id": each.id, "priority": rank, "version": each.version} for rank, each in moved])
    record(
        [
            Change("locations.reorder", f"Location {each.code} now ranks {rank}", (("location", each.id),))
            for rank, each in moved
        ]
    )
    publish([LocationChanged(location_id=each.id, fields=("priority",)) for _, each in moved])
    return ranked


def _as_json(address: Mapping[str, object] | Address | None) -> dict[str, object]:
    if isinstance(address, Address):
        return address.to_json()
    return dict(address or {})


def _check(given: Mapping[str, object]) -> None:
    problems = location_problems(given)
    if problems:
        raise Invalid("Some fields need attention.", fields=problems)


def _clean(given: Mapping[str, object]) -> dict[str, object]:
    clean = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    if "code" in clean:
        clean["code"] = location_code(clean["code"])
    if "address" in clean:
        clean["address"] = Address.from_json(clean["address"]).to_json()
    return clean


def _save(location: Location) -> None:
    try:
        with transaction.atomic():
            location.save()
    except IntegrityError:  # the code is all that can clash
        message = f"A location with the code “{location.code}” exists already. Choose another."
        raise DuplicateLocation(message, fields=[FieldError("code", "duplicate_location", message)]) from None


def _refuse_in_use(location: Location) -> None:
    units = Balance.objects.filter(location_id=location.id).aggregate(units=Sum("on_hand"))["units"] or 0
    if units:
        raise LocationInUse(
            f"{location.name} still holds {units:,} units. Move or adjust them first, or stop routing to it instead.",
            units=units,
        )


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value, time) else value for name, value in values.items()}


def _tell(location: Location, sentence: str, before: dict, after: dict) -> None:
    record([Change("locations.edit", sentence, (("location", location.id),), before=before, after=after)])
    publish([LocationChanged(location_id=location.id, fields=tuple(after))])
