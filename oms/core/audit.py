"""The audit trail: one entry per change a merchant could dispute, written by the action beside its fact."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from oms.core.db.bulk import insert_rows
from oms.core.models import AuditEntry
from oms.core.tenancy import unit


@dataclass(frozen=True)
class Change:
    """``sentence`` reads on its own in a timeline ("Hold lifted: address checked by phone").

    ``subjects`` are the ``(kind, id)`` whose timelines it belongs on.
    """

    verb: str
    sentence: str
    subjects: tuple[tuple[str, UUID], ...]
    before: dict | None = None
    after: dict | None = None


def record(changes: Sequence[Change]) -> None:
    """Write the changes as done by the current unit's actor, for its cause, now."""
    opened = unit()
    insert_rows(
        AuditEntry,
        [
            {
                "subject_kind": kind, "subject_id": subject_id, "verb": change.verb, "sentence": change.sentence,
                "before": change.before, "after": change.after, "actor_kind": opened.actor.kind,
                "actor_id": opened.actor.id, "actor_label": opened.actor.label, "cause": opened.cause,
                "at": opened.now,
            }
            for change in changes
            for kind, subject_id in change.subjects
        ],
    )  # fmt: skip
