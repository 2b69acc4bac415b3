"""What may be done with a record now: the page's buttons, the API's ``allowed_actions``.

The answer is for showing; the action that is then called decides again, under its lock.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowed:
    """``reason`` says why not, and is empty when permitted; ``confirm`` asks a person once more first."""

    verb: str
    label: str
    permitted: bool
    reason: str = ""
    confirm: bool = False

    def to_json(self) -> dict:
        return {
            "verb": self.verb, "label": self.label, "permitted": self.permitted, "reason": self.reason,
            "confirm": self.confirm,
        }  # fmt: skip


def not_your_role(verb: str) -> str:
    """Why a role that lacks the verb may not."""
    return f"Your role does not include this ({verb}). Ask an owner."
