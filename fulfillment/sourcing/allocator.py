"""Take from the best location what it has, rank the rest again for what is still wanted, until nothing more is had."""

from collections.abc import Callable, Sequence
from uuid import UUID

from fulfillment.sourcing.quantities import Quantities
from fulfillment.sourcing.ranking import ranked
from fulfillment.sourcing.values import Candidate, Package

Refit = Callable[[Candidate, Quantities], Candidate]


def allocate(
    wanted: Quantities, candidates: Sequence[Candidate], *, pinned: UUID | None = None, refit: Refit | None = None
) -> tuple[list[Package], Quantities]:
    """The packages in the order they were chosen, and what nobody had.

    One location that has all that is to be had always wins outright: no order is split without need. ``refit`` says
    anew what a location offers of what is still wanted, where one offer stands in another's way.
    """
    open_candidates = [each for each in candidates if not each.dropped]
    packages: list[Package] = []
    while wanted and open_candidates:
        best, *open_candidates = ranked(open_candidates, wanted, pinned=pinned)
        packed = best.offers & wanted
        if packed:
            packages.append(Package(best, packed))
            wanted -= packed
            if refit:
                open_candidates = [refit(each, wanted) for each in open_candidates]
    return packages, wanted
