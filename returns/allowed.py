"""What this actor may do with a return now, and why not the rest. The action that is then called decides again."""

from collections.abc import Sequence

from oms.core.actors import Actor
from oms.core.allowed import Allowed, not_your_role
from returns.lifecycle import is_allowed, not_allowed
from returns.models import Return, ReturnLine

VIEW, EDIT, WORK = "returns.view", "returns.edit", "returns.work"
# Verb → its label, the lifecycle's verb, the role's.
_VERBS = {
    "approve": ("Approve return", "approve", EDIT),
    "decline": ("Decline return", "decline", EDIT),
    "send": ("Say that it was sent", "send", EDIT),
    "receive": ("Receive", "receive", WORK),
    "inspect": ("Inspect", "inspect", WORK),
    "finish": ("Finish with what came", "finish", WORK),
    "cancel": ("Cancel return", "cancel", EDIT),
}


def allowed_on(found: Return, lines: Sequence[ReturnLine], actor: Actor) -> dict[str, Allowed]:
    """Verb → whether, for every verb there is."""
    return {
        verb: Allowed(verb, label, not (reason := _against(verb, transition, role, found, lines, actor)), reason)
        for verb, (label, transition, role) in _VERBS.items()
    }


def _against(verb: str, transition: str, role: str, found: Return, lines: Sequence[ReturnLine], actor: Actor) -> str:
    if not actor.permits(role, location_id=found.location_id):
        return not_your_role(role)
    if not is_allowed(found.state, transition):
        return not_allowed(found.state, transition).message
    if verb == "receive" and not any(line.received < line.quantity for line in lines):
        return "Everything has arrived."
    if verb == "inspect" and not any(line.to_inspect for line in lines):
        return "Nothing waits to be inspected."
    if verb == "finish" and any(line.to_inspect for line in lines):
        return "Inspect what has arrived first."
    return ""
