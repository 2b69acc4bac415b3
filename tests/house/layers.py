"""The picture of the house, read from where import-linter reads it."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Model

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class House:
    """Rooms by floor, the highest floor first. Rooms of one floor do not know each other."""

    floors: tuple[frozenset[str], ...]

    def room_of(self, module: str) -> str | None:
        """The room a module is in; None for what is not ours."""
        rooms = [room for floor in self.floors for room in floor if module == room or module.startswith(room + ".")]
        return max(rooms, key=len, default=None)

    def may_know(self, room: str, other: str) -> bool:
        """May ``room`` import ``other``, or point a foreign key at it?"""
        return room == other or self._floor(room) < self._floor(other)

    def _floor(self, room: str) -> int:
        return next(number for number, floor in enumerate(self.floors) if room in floor)


def the_house() -> House:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [layers] = [each["layers"] for each in contracts if each["type"] == "layers"]
    marks = str.maketrans("|:", "  ", "()")
    return House(tuple(frozenset(floor.translate(marks).split()) for floor in layers))


def relations_upward(models: Iterable[type[Model]], house: House) -> list[str]:
    """Every relation that points at a room which its own may not know, and every strange key to a tenant's table."""
    wrong = []
    for model in models:
        room = house.room_of(model.__module__)
        for field in model._meta.get_fields(include_hidden=True):
            if field.auto_created or not field.is_relation or field.related_model is None:
                continue
            target = field.related_model
            other = house.room_of(target.__module__)
            if room is None:
                if hasattr(target, "tenant_id"):
                    wrong.append(f"{model._meta.label}.{field.name} → {target._meta.label}, a tenant's table")
            elif other is not None and not house.may_know(room, other):
                wrong.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    return wrong
