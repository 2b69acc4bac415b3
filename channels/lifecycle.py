"""The way of an import: (state, verb) → state; anything else is refused."""

from oms.core.errors import NotAllowed

UPLOADED, CHECKING, CHECKED, PLACING, DONE, FAILED, CANCELLED = (
    "uploaded", "checking", "checked", "placing", "done", "failed", "cancelled",
)  # fmt: skip
STATES = (UPLOADED, CHECKING, CHECKED, PLACING, DONE, FAILED, CANCELLED)
# A job works on the import in these.
BUSY = (CHECKING, PLACING)

TRANSITIONS = {
    (UPLOADED, "map"): UPLOADED, (CHECKED, "map"): UPLOADED, (FAILED, "map"): UPLOADED, (CANCELLED, "map"): UPLOADED,
    (UPLOADED, "check"): CHECKING, (CHECKED, "check"): CHECKING, (FAILED, "check"): CHECKING,
    (CANCELLED, "check"): CHECKING,
    (CHECKED, "place"): PLACING,
    (UPLOADED, "cancel"): CANCELLED, (CHECKING, "cancel"): CANCELLED, (CHECKED, "cancel"): CANCELLED,
    (PLACING, "cancel"): CANCELLED, (FAILED, "cancel"): CANCELLED,
    (CHECKING, "give_up"): FAILED, (PLACING, "give_up"): FAILED,
    (CHECKING, "finish_check"): CHECKED,
    (PLACING, "finish_placing"): DONE,
}  # fmt: skip

WHY_NOT = {
    (UPLOADED, "place"): "Check the file first: nothing is imported that was not shown before.",
    (FAILED, "place"): "The last run failed. Check the file again first.",
    (CANCELLED, "place"): "This import was cancelled. Check the file again first.",
    (DONE, "place"): "This import is done. Its report says what became of every row.",
    (DONE, "check"): "This import is done. Import the file again to see what is new in it.",
    (CHECKING, "place"): "The check is still running. Wait for it.",
    (PLACING, "place"): "This import is running already.",
}


def next_state(state: str, verb: str) -> str:
    """Raises `NotAllowed` naming both, with what to do instead where there is something."""
    if (state, verb) not in TRANSITIONS:
        raise NotAllowed(state, verb, WHY_NOT.get((state, verb), f"Cannot {verb} an import that is {state}."))
    return TRANSITIONS[state, verb]
