"""How far an import is: (state of its check, state of its applying) → its own state, and what may be done."""

from oms.core.errors import NotAllowed

UPLOADED, CHECKING, CHECKED, APPLYING, DONE, FAILED, CANCELLED = STATES = (
    "uploaded", "checking", "checked", "applying", "done", "failed", "cancelled",
)  # fmt: skip
_OF_CHECK = {"": UPLOADED, "queued": CHECKING, "running": CHECKING, "done": CHECKED, "part_failed": CHECKED}
_OF_APPLYING = {"queued": APPLYING, "running": APPLYING, "done": DONE, "part_failed": DONE}
_BEFORE = {
    UPLOADED: ("map", "check"), CHECKING: ("cancel",), CHECKED: ("map", "check", "apply"), FAILED: ("map", "check"),
    CANCELLED: ("map", "check"),
}  # fmt: skip
# What has begun to be applied is finished as it was mapped.
_BEGUN = {APPLYING: ("cancel",), FAILED: ("apply",), CANCELLED: ("apply",), DONE: ()}
WHY_NOT = {
    (UPLOADED, "apply"): "Check the file first: nothing is changed that was not shown before.",
    (CHECKING, "apply"): "The check is still running. Wait for it.",
    (APPLYING, "apply"): "This file is being applied already.",
    (DONE, "apply"): "This file is applied. Its report says what became of every row.",
}
STOPPED_ON_THE_WAY = "Part of this file is applied already, as it was mapped. Apply the rest, or upload it anew."


def state_of(check: str, applying: str) -> str:
    """``check`` and ``applying`` are states of jobs, empty where there is none yet."""
    if applying:
        return _OF_APPLYING.get(applying, applying)
    return _OF_CHECK.get(check, check)


def verbs_of(check: str, applying: str) -> tuple[str, ...]:
    return (_BEGUN if applying else _BEFORE)[state_of(check, applying)]


def check_verb(verb: str, check: str, applying: str) -> None:
    """Raises `NotAllowed`, with what to do instead where there is something."""
    if verb in verbs_of(check, applying):
        return
    state = state_of(check, applying)
    if applying and state in (FAILED, CANCELLED):
        raise NotAllowed(state, verb, STOPPED_ON_THE_WAY)
    raise NotAllowed(state, verb, WHY_NOT.get((state, verb), f"Cannot {verb} a file that is {state}."))
