"""How parcels travel: most arrive in time, some late, a few get lost or come back. Pure, and the same every time."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

ON_TIME, LATE, LOST, REFUSED = "on_time", "late", "lost", "refused"
FATES = {ON_TIME: 90, LATE: 7, LOST: 1.5, REFUSED: 1.5}


@dataclass(frozen=True, slots=True)
class Trip:
    """A parcel that has left; ``key`` decides its fate."""

    left_at: datetime
    promised_at: datetime | None
    key: str


@dataclass(frozen=True, slots=True)
class Leg:
    """One scan."""

    code: str
    at: datetime
    place: str = ""
    words: str = ""


def fate_of(trip: Trip) -> str:
    return random.Random(f"fate:{trip.key}").choices(list(FATES), weights=FATES.values())[0]


def legs_of(trip: Trip) -> list[Leg]:
    """Every scan of the journey, in the order in which they happen."""
    rng, fate = random.Random(f"trip:{trip.key}"), fate_of(trip)
    promised = trip.promised_at or trip.left_at + timedelta(days=3)
    depot = Leg("at_depot", trip.left_at + timedelta(hours=rng.uniform(3, 9)), "Depot")
    door = _door(rng, max(promised, trip.left_at + timedelta(hours=20)))
    if fate == LOST:
        gone = Leg("exception", door + timedelta(days=4), "Depot", "No scan for days. The parcel is being looked for.")
        return [depot, gone]
    if fate == REFUSED:
        refused = Leg("attempted", door, "", "The address does not take it.")
        back = Leg("returning", door + timedelta(days=1), "Depot", "On its way back to the sender.")
        return [depot, _van(door), refused, back, Leg("returned", door + timedelta(days=3, hours=1), "Warehouse")]
    if fate == LATE:
        failed = Leg("attempted", door, "", "Nobody was at home. It is tried again.")
        later = door + timedelta(days=rng.choice((1, 1, 2, 3)), minutes=rng.randrange(1, 90))
        return [depot, _van(door), failed, _van(later), Leg("delivered", later, "Front door")]
    return [depot, _van(door), Leg("delivered", door, rng.choice(("Front door", "Neighbour", "Letter box")))]


def _door(rng: random.Random, day: datetime) -> datetime:
    """Some time of the promised day, before its evening ends."""
    return day.replace(minute=0, second=0, microsecond=0) - timedelta(minutes=rng.randrange(60, 9 * 60))


def _van(door: datetime) -> Leg:
    return Leg("out_for_delivery", door - timedelta(hours=2), "Van")
