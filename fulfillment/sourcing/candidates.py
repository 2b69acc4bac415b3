"""Every location, seen from one order: what it could offer of what is to be had, and how far it is."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from fulfillment.sourcing.filters import why_dropped
from fulfillment.sourcing.geography import Spot, distance_between
from fulfillment.sourcing.kits import Folded
from fulfillment.sourcing.quantities import Quantities
from fulfillment.sourcing.values import Candidate, Site

# item → location → units that may be planned there
Stock = Mapping[UUID, Mapping[UUID, int]]


def candidates_for(
    customer: Spot | None, obtainable: Quantities, sites: Sequence[Site], stock: Stock, folded: Folded | None = None
) -> list[Candidate]:
    """``folded`` is an order with kits: then things are obtained and offered, not items."""
    return [_candidate(customer, obtainable, site, stock, folded) for site in sites]


def _candidate(
    customer: Spot | None, obtainable: Quantities, site: Site, stock: Stock, folded: Folded | None
) -> Candidate:
    if folded:
        offers = folded.offers(obtainable, site.id, stock)
    else:
        offers = obtainable & Quantities({item: stock[item].get(site.id, 0) for item in obtainable if item in stock})
    return Candidate(site, offers, distance_between(customer, site.spot), why_dropped(site, offers))
