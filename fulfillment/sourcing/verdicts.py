"""The table behind "Why here?": every location considered, what it could cover, what became of it; plain JSON."""

from fulfillment.sourcing.values import ROUTED, Candidate, Plan

# A chain of a thousand shops is not a table anybody reads; those nearest to being chosen are kept.
KEPT = 20


def candidate_rows(plan: Plan) -> list[dict]:
    """Best first. The pinned location is always among them."""
    sent = {each.candidate.site.id: each.contents.total() for each in plan.packages}
    kept = [
        each
        for position, each in enumerate(plan.candidates)
        if position < KEPT or each.site.id == plan.pinned or each.site.id in sent
    ]
    best = plan.packages[0].candidate if plan.packages else None
    return [_row(plan, each, sent.get(each.site.id, 0), best) for each in kept]


def _row(plan: Plan, candidate: Candidate, sends: int, best: Candidate | None) -> dict:
    site, distance = candidate.site, candidate.distance
    return {
        "location_id": str(site.id),
        "name": site.name,
        "code": site.code,
        "priority": site.priority,
        "units": candidate.units,
        "wanted": plan.wanted,
        "covers": f"{candidate.units} of {plan.wanted}",
        "distance_km": None if distance is None or distance.same_country else round(distance.km, 1),
        "distance": distance.words() if distance else "",
        "sends": sends,
        "chosen": sends > 0,
        "pinned": site.id == plan.pinned,
        "verdict": _verdict(plan, candidate, sends, best),
    }


def _verdict(plan: Plan, candidate: Candidate, sends: int, best: Candidate | None) -> str:
    if sends:
        return f"Chosen: sends {sends}"
    if candidate.dropped:
        return candidate.dropped[0].upper() + candidate.dropped[1:]
    if plan.strategy != ROUTED:
        return "Not where a person put it"
    if best is None or len(plan.packages) > 1:
        return "Would add a parcel"
    if candidate.units < best.units:
        return f"Had only {candidate.units} of {plan.wanted}"
    if best.distance and (candidate.distance is None or best.distance.km < candidate.distance.km):
        return "Had as many, but is farther away"
    return "Had as many, but comes later in your order of locations"
