"""One plain sentence or two that say why: the locations by name, what they have, how far they are."""

from collections.abc import Sequence

from fulfillment.sourcing.values import Candidate, Package, Short

# Rivals and waiting SKUs named in a sentence; the table beside it has them all.
NAMED = 3


def explain(
    wanted: int,
    packages: Sequence[Package],
    candidates: Sequence[Candidate],
    short: Sequence[Short],
    *,
    pinned: bool = False,
) -> str:
    """Why a plan is as it is. ``candidates`` are all of them; ``wanted`` counts the order's units."""
    if not packages:
        why = f"No location has {'the unit' if wanted == 1 else f'any of the {wanted} units'}."
    elif pinned:
        why = _kept(wanted, packages)
    elif len(packages) > 1:
        why = f"No location has all {wanted} units: {_parts(packages)}."
    else:
        why = _one_location(wanted, packages[0], [each for each in candidates if not each.dropped])
    return f"{why}{waiting_words(short)}"


def explain_move(wanted: int, package: Package, short: Sequence[Short], *, by: str, reason: str) -> str:
    name = package.candidate.site.name
    return (
        f"{by} moved this order to {name}: {reason.strip().rstrip('.')}. "
        f"{name} has {_share(package.contents.total(), wanted)}.{waiting_words(short)}"
    )


def units(count: int) -> str:
    return "1 unit" if count == 1 else f"{count} units"


def joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def short_words(short: Sequence[Short]) -> str:
    """``2 × MUG-BLU and 1 × MUG-RED``, units of one SKU together."""
    by_sku: dict[str, int] = {}
    for each in short:
        by_sku[each.sku] = by_sku.get(each.sku, 0) + each.quantity
    named = [f"{count} × {sku}" for sku, count in list(by_sku.items())[:NAMED]]
    more = len(by_sku) - len(named)
    return joined([*named, f"{more} more SKUs"] if more > 1 else [*named, "1 more SKU"] if more else named)


def waiting_words(short: Sequence[Short]) -> str:
    count = sum(each.quantity for each in short)
    return f" {units(count)} {'waits' if count == 1 else 'wait'} for stock: {short_words(short)}." if count else ""


def _share(has: int, wanted: int) -> str:
    if has < wanted:
        return f"{has} of {wanted} units"
    return "the unit" if wanted == 1 else f"all {wanted} units"


def _kept(wanted: int, packages: Sequence[Package]) -> str:
    first, *others = packages
    name = first.candidate.site.name
    kept = f"Kept at {name}, where a person put it; {name} has {_share(first.contents.total(), wanted)}."
    return f"{kept} The rest: {_parts(others)}." if others else kept


def _parts(packages: Sequence[Package]) -> str:
    return joined([f"{_with_distance(each.candidate)} sends {each.contents.total()}" for each in packages])


def _with_distance(candidate: Candidate) -> str:
    name, distance = candidate.site.name, candidate.distance
    return f"{name} ({distance.words()})" if distance else name


def _one_location(wanted: int, package: Package, open_candidates: Sequence[Candidate]) -> str:
    winner = package.candidate
    others = [each for each in open_candidates if each.site.id != winner.site.id]
    equals = [each for each in others if each.units == winner.units]
    share = _share(winner.units, wanted)
    if equals:
        also = _also(equals, everything=winner.units == wanted)
        return f"{winner.site.name} has {share} and {_why_first(winner, equals)}. {also}"
    if not others:
        return f"{_with_distance(winner)} is the only location that has {share}."
    most = "more than any other location" if winner.units < wanted else "no other location does"
    return f"{_with_distance(winner)} has {share}; {most}.{_nearer(winner, others)}"


def _why_first(winner: Candidate, equals: Sequence[Candidate]) -> str:
    nearer = winner.distance and all(each.distance is None or winner.distance.km < each.distance.km for each in equals)
    if nearer:
        return f"is nearest ({winner.distance.words()})"
    return "comes first in your order of locations"


def _also(equals: Sequence[Candidate], *, everything: bool) -> str:
    what = "all" if everything else "as many"
    if len(equals) == 1:
        one = equals[0]
        away = "" if one.distance is None else f", {_away(one)}"
        return f"{one.site.name} also had {what}{away}."
    named = [_with_distance(each) for each in equals[:NAMED]]
    more = len(equals) - len(named)
    return f"{joined([*named, f'{more} more'] if more else named)} also had {what}."


def _away(candidate: Candidate) -> str:
    distance = candidate.distance
    return distance.words() if distance.same_country else f"{distance.words()} away"


def _nearer(winner: Candidate, others: Sequence[Candidate]) -> str:
    """The nearest of those that are nearer but have less: what a person would ask about first."""
    nearer = [each for each in others if winner.distance and each.distance and each.distance.km < winner.distance.km]
    if not nearer:
        return ""
    best = min(nearer, key=lambda each: each.distance.km)
    return f" {best.site.name} is nearer ({best.distance.words()}) but had only {best.units}."
