"""Which locations are out of the question, each for a reason that can be read."""

from collections.abc import Callable

from fulfillment.sourcing.quantities import Quantities
from fulfillment.sourcing.values import Site

# A filter answers why a location is out, or nothing.
Filter = Callable[[Site, Quantities], str]


def is_active(site: Site, offers: Quantities) -> str:
    return "" if site.active else "is closed"


def ships_orders(site: Site, offers: Quantities) -> str:
    return "" if site.ships else "does not ship orders"


def has_something(site: Site, offers: Quantities) -> str:
    return "" if offers else "had none of it"


FILTERS: tuple[Filter, ...] = (is_active, ships_orders, has_something)


def why_dropped(site: Site, offers: Quantities) -> str:
    """The first filter's reason that speaks against this location; empty when none does."""
    return next((reason for each in FILTERS if (reason := each(site, offers))), "")
