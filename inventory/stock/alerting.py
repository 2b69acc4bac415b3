"""When an item's stock needs somebody. Pure."""

OUT, LOW = KINDS = ("out", "low")


def alert_of(available: int, minimum: int | None) -> str:
    """`OUT` when an order can take nothing, `LOW` at the reorder point or below, empty when all is well.

    ``minimum`` is the reorder point, over all locations that have one.
    """
    if available <= 0:
        return OUT
    return LOW if minimum is not None and available <= minimum else ""
