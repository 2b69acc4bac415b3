"""Who comes first: where a person has put it, then who can send most of what is wanted, the nearest, by priority.

"Most of what is wanted" is what "has everything" means when nobody has, and it keeps parcels few.
"""

from collections.abc import Iterable
from math import inf
from uuid import UUID

from fulfillment.sourcing.quantities import Quantities
from fulfillment.sourcing.values import Candidate


def ranked(candidates: Iterable[Candidate], wanted: Quantities, *, pinned: UUID | None = None) -> list[Candidate]:
    """Best first, dropped ones last; the same order for the same input, always."""

    def place(candidate: Candidate) -> tuple:
        site, distance = candidate.site, candidate.distance
        return (
            candidate.dropped != "",
            site.id != pinned,
            -(candidate.offers & wanted).total(),
            distance.km if distance else inf,
            site.priority,
            site.name,
            site.id,
        )

    return sorted(candidates, key=place)
