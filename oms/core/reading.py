"""From JSON to values: every field that has the wrong type or an unknown name is noted at once, with its path."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from uuid import UUID

from oms.core.errors import FieldError, Invalid


class Fields:
    """The fields of one JSON object. A wrong one is noted, and read as if it were absent; null is absent too.

    Those below it share its list of problems: `check` raises them all together.
    """

    def __init__(
        self, data: object, path: str, known: tuple[str, ...], problems: list[FieldError] | None = None
    ) -> None:
        self.path, self.problems = path, [] if problems is None else problems
        self.data: Mapping = {}
        if isinstance(data, Mapping):
            self.data = data
            for name in data:
                if name not in known:
                    self._unknown(str(name), known)
        elif data is not None:
            self._note("", "wrong_type", "Send a JSON object with named fields.")

    def check(self) -> None:
        """Raises `Invalid` naming every field that could not be read."""
        if self.problems:
            one = len(self.problems) == 1
            detail = self.problems[0].message if one else f"{len(self.problems)} fields need attention."
            raise Invalid(detail, fields=self.problems)

    def text(self, name: str, default: str = "") -> str:
        value = self.data.get(name)
        if isinstance(value, str):
            return value
        if value is not None:
            self._note(name, "wrong_type", "Send a text, in quotation marks.")
        return default

    def texts(self, name: str) -> tuple[str, ...]:
        values = self._list(name)
        if any(not isinstance(value, str) for value in values):
            self._note(name, "wrong_type", "Send a list of texts.")
            return ()
        return tuple(values)

    def flag(self, name: str) -> bool:
        value = self.data.get(name)
        if value is not None and not isinstance(value, bool):
            self._note(name, "wrong_type", "Send true or false.")
        return value is True

    def whole(self, name: str) -> int:
        value = self.data.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is None:
            self._note(name, "required", "Say how many units.")
        else:
            self._note(name, "wrong_type", "Send a whole number, without quotation marks.")
        return 1

    def amount(self, name: str, default: Decimal | None) -> Decimal | None:
        value = self.data.get(name)
        if value is None:
            return default
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            try:
                return Decimal(str(value))
            except InvalidOperation:
                pass
        self._note(name, "not_a_number", 'Send an amount like "12.50".')
        return default

    def degrees(self, name: str) -> float | None:
        value = self.data.get(name)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        self._note(name, "wrong_type", "Send degrees as a number.")
        return None

    def moment(self, name: str) -> datetime | None:
        value = self.data.get(name)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            pass
        self._note(name, "not_a_time", "Send a date, time and time zone, like 2026-11-24T09:00:00Z.")
        return None

    def key(self, name: str) -> UUID | None:
        text = self.text(name)
        if text and uuid_in(text) is None:
            self._note(name, "not_an_id", "Send an id as we gave it, or leave this out.")
        return uuid_in(text)

    def mapping(self, name: str) -> Mapping:
        value = self.data.get(name)
        if value is not None and not isinstance(value, Mapping):
            self._note(name, "wrong_type", "Send a JSON object.")
        return value if isinstance(value, Mapping) else {}

    def nested(self, name: str, known: tuple[str, ...]) -> "Fields":
        return Fields(self.data.get(name), self._path(name), known, self.problems)

    def rows(self, name: str, known: tuple[str, ...]) -> list["Fields"]:
        path = self._path(name)
        return [
            Fields(row if row is not None else [], f"{path}.{position}", known, self.problems)
            for position, row in enumerate(self._list(name))
        ]

    def _list(self, name: str) -> list:
        value = self.data.get(name)
        if value is not None and not isinstance(value, list):
            self._note(name, "wrong_type", "Send a list.")
        return value if isinstance(value, list) else []

    def _unknown(self, name: str, known: tuple[str, ...]) -> None:
        close = get_close_matches(name, known, n=1)
        hint = f"Did you mean {close[0]}?" if close else f"Known are: {', '.join(known)}."
        self._note(name[:60], "unknown_field", f"There is no such field. {hint}")

    def _note(self, name: str, code: str, message: str) -> None:
        self.problems.append(FieldError(self._path(name), code, message))

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}".strip(".")


def uuid_in(text: str) -> UUID | None:
    """The id that this text is, if it is one."""
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
