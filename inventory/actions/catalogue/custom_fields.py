"""Fields that a merchant gives all items: added, renamed, given up."""

import re
from collections.abc import Sequence
from uuid import UUID

from inventory.details import CHOICE, CHOICES_MAX, CUSTOM_MAX, FIELDS_MAX, KINDS, OPTION_MAX
from inventory.locks import lock_custom_field
from inventory.models import CustomField
from inventory.queries.catalogue import custom_fields
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.errors import FieldError, Invalid, NotFound
from oms.core.tenancy import unit

VERB = "items.edit"


def add_custom_field(*, name: str, kind: str, choices: Sequence[str] = (), required: bool = False) -> CustomField:
    """All items have it from now on. Raises `Invalid` naming each bad field."""
    require(unit().actor, VERB)
    choices = [each.strip() for each in choices if each.strip()]
    _check(name, kind, choices, others=list(custom_fields()))
    made = CustomField.objects.create(
        key=_free_key(name), name=name.strip(), kind=kind, choices=choices, required=required, created_at=unit().now
    )
    _tell(made, "added")
    return made


def change_custom_field(
    *, field_id: UUID, name: str, choices: Sequence[str] = (), required: bool = False
) -> CustomField:
    """Its kind stays; values that are no longer among the choices stay until the item is next changed.

    Raises `NotFound` or `Invalid`.
    """
    found = _locked(field_id)
    choices = [each.strip() for each in choices if each.strip()]
    _check(name, found.kind, choices, others=[each for each in custom_fields() if each.id != found.id])
    found.name, found.choices, found.required = name.strip(), choices, required
    found.save()
    _tell(found, "changed")
    return found


def give_up_custom_field(*, field_id: UUID) -> None:
    """No item shows it any more; an item's value goes when the item is next changed. Raises `NotFound`."""
    found = _locked(field_id)
    found.active = False
    found.save(update_fields=["active"])
    _tell(found, "given up")


def _locked(field_id: UUID) -> CustomField:
    require(unit().actor, VERB)
    found = lock_custom_field(field_id)
    if found is None:
        raise NotFound("There is no such field of your own. It may have been given up already.")
    return found


def _check(name: str, kind: str, choices: Sequence[str], *, others: Sequence[CustomField]) -> None:
    problems = []
    plain = name.strip()
    if not re.search(r"\w", plain) or len(plain) > OPTION_MAX or not plain.isprintable():
        problems.append(FieldError("name", "invalid", f"Give the field a name of at most {OPTION_MAX} letters."))
    elif any(each.name.casefold() == plain.casefold() for each in others):
        problems.append(FieldError("name", "taken", f"There is a field called “{plain}” already."))
    elif len(others) >= FIELDS_MAX:
        problems.append(FieldError("name", "too_many", f"There are {FIELDS_MAX} fields already. Give one up first."))
    if kind not in KINDS:
        problems.append(FieldError("kind", "unknown_kind", f"Choose one of: {', '.join(KINDS)}."))
    if kind == CHOICE and not 1 <= len(choices) <= CHOICES_MAX:
        problems.append(FieldError("choices", "invalid", f"Give 1 to {CHOICES_MAX} choices, one per line."))
    if any(len(each) > CUSTOM_MAX for each in choices):
        problems.append(FieldError("choices", "invalid", f"Shorten each choice to {CUSTOM_MAX} characters."))
    if problems:
        raise Invalid(problems[0].message, fields=problems)


def _free_key(name: str) -> str:
    """Made of the name, and never that of a field there was: its values may still be about."""
    base = re.sub(r"\W+", "_", name.strip().lower()).strip("_") or "field"
    taken = set(CustomField.objects.values_list("key", flat=True))
    return next(
        key for number in range(1, len(taken) + 2) if (key := base if number == 1 else f"{base}_{number}") not in taken
    )


def _tell(field: CustomField, what: str) -> None:
    record([Change(VERB, f"Field “{field.name}” of items {what}", (("custom_field", field.id),))])
