"""Take from the best location what it has, rank the rest again for what is still wanted, until nothing more is had."""

from collections.abc import Sequence
from uuid import UUID

from fulfillment.sourcing.quantities import Quantities
from fulfillment.sourcing.ranking import ranked
from fulfillment.sourcing.values import Candidate, Package


def allocate(
    wanted: Quantities, candidates: Sequence[Candidate], *, pinned: UUID | None = None
) -> tuple[list[Package], Quantities]:
    """The packages in the order they were chosen, and what nobody had.

    One location that has all that is to be had always wins outright: no order is split without need.
    """
    open_candidates = [each for each in candidates if not each.dropped]
    packages: list[Package] = []
    while wanted and open_candidates:
        best, *open_candidates = ranked(open_candidates, wanted, pinned=pinned)
        packed = best.offers & wanted
        if packed:
            packages.append(Package(best, packed))
            wanted -= packed
    return packages, wanted
