"""Every state and every verb: one table of what follows, and a named refusal for all the rest."""

import pytest

from oms.core.errors import NotAllowed
from orders.lifecycle import is_allowed, next_state

STATES = ("draft", "checking", "open", "cancel_requested", "cancelled", "closed")
VERBS = (
    "update",
    "place",
    "discard",
    "clear",
    "hold",
    "lift",
    "edit",
    "match",
    "allocate",
    "release",
    "cancel_lines",
    "cancel",
    "note",
    "ask_cancel",
    "keep",
    "close",
)
ALLOWED = {
    "draft": {"update": "draft", "place": "checking", "discard": "draft"},
    "checking": {
        "clear": "open", "hold": "checking", "lift": "checking", "edit": "checking", "match": "checking",
        "cancel_lines": "checking", "cancel": "cancelled", "note": "checking",
    },
    "open": {
        "clear": "open", "hold": "open", "lift": "open", "edit": "open", "match": "open",
        "allocate": "open", "release": "open",
        "cancel_lines": "open", "cancel": "cancelled", "note": "open", "ask_cancel": "cancel_requested",
        "close": "closed",
    },
    "cancel_requested": {
        "hold": "cancel_requested", "lift": "cancel_requested", "keep": "open", "note": "cancel_requested",
    },
    "cancelled": {"note": "cancelled"},
    "closed": {"note": "closed"},
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", VERBS)
def test_every_pair(state: str, verb: str) -> None:
    expected = ALLOWED[state].get(verb)
    assert is_allowed(state, verb) is (expected is not None)
    if expected is not None:
        assert next_state(state, verb) == expected
        return
    with pytest.raises(NotAllowed) as refused:
        next_state(state, verb)
    assert refused.value.data == {"state": state, "verb": verb}
    assert "Nothing was changed" in refused.value.message
