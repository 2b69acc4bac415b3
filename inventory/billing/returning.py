"""The state machine of goods sent back to a supplier. Pure."""

from inventory.replenishing.lifecycle import CANCELLED, Machine

AWAITED, CREDITED, NEVER_BILLED, WRITTEN_OFF = "awaited", "credited", "never_billed", "written_off"
STATES = (AWAITED, CREDITED, NEVER_BILLED, WRITTEN_OFF, CANCELLED)
# Ways in which the wait ends without a credit note: they never billed it, or they will not credit it.
ENDS = (NEVER_BILLED, WRITTEN_OFF)

SUPPLIER_RETURN = Machine(
    "return to a supplier",
    {
        (AWAITED, "chase"): AWAITED,
        (AWAITED, "credit"): CREDITED,
        (AWAITED, NEVER_BILLED): NEVER_BILLED,
        (AWAITED, WRITTEN_OFF): WRITTEN_OFF,
        (AWAITED, "cancel"): CANCELLED,
    },
)
