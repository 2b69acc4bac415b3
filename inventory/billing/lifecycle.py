"""The state machine of a supplier's bill. Pure."""

from inventory.replenishing.lifecycle import Machine

WAITS, DISPUTED, POSTED, WITHDRAWN = "waits", "disputed", "posted", "withdrawn"
STATES = (WAITS, DISPUTED, POSTED, WITHDRAWN)

# A bill that matches is posted as it is entered. "match" looks again, since more may have come meanwhile.
BILL = Machine(
    "bill",
    {
        **{(state, verb): POSTED for state in (WAITS, DISPUTED) for verb in ("approve", "match")},
        **{(state, "withdraw"): WITHDRAWN for state in (WAITS, DISPUTED)},
        (WAITS, "dispute"): DISPUTED,
    },
)
