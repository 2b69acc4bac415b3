"""How much a counted file may change without a second person."""

from decimal import Decimal

from oms.core.tenancy import unit


def over_limit(amount: Decimal) -> str:
    """Why this much, at cost, is not the actor's to decide alone; empty when it is."""
    actor = unit().actor
    if not actor.needs_approval("stock.adjust", amount):
        return ""
    return (
        f"This count changes stock worth {amount:,.2f}, and you may decide {actor.limits['stock.adjust']:,.2f} alone. "
        "Ask somebody with a higher limit to open this import and apply it."
    )
