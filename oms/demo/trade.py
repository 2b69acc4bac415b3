"""Draw orders as a shop sees them: skewed towards a few items, busier in the evening, some of them odd.

Every order is drawn from its own number, so that the same number is the same order whenever it is drawn.
"""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from oms.core.addresses import Address
from oms.demo.catalogue import FIRST_NAMES, LAST_NAMES, PLACES, Article
from orders.placing.drafts import LineDraft, OrderDraft

CURRENCY = "GBP"
# One order in so many is odd, so that every page of the demo has something to show.
BAD_ADDRESS_EVERY, RISKY_EVERY, LARGE_EVERY = 31, 47, 23
HOUR_WEIGHTS = [1, 1, 0, 0, 0, 1, 2, 4, 6, 7, 8, 8, 9, 8, 7, 7, 7, 8, 10, 12, 13, 11, 7, 3]
# What one person can carry to a van.
HEAVIEST_G = 20_000
BAD_POSTCODE = "unknown"


def chance(seed: int, number: int | str, what: str) -> float:
    """A number from 0 to 1 that is the same each time it is asked for."""
    return random.Random(f"{seed}:{number}:{what}").random()


def draw_order(
    seed: int, number: int, day: date, *, articles: Sequence[Article], channels: Sequence[UUID], people: int,
    before: datetime, source: str = "demo",
) -> OrderDraft:  # fmt: skip
    """Order ``number``, placed on ``day`` and ``before``; ``channels`` busiest first, ``people`` all customers."""
    rng = random.Random(f"{seed}:order:{number}")
    # The square makes some of them come back again and again.
    person = _person(seed, int(people * rng.random() ** 2))
    line1, city, region, postcode, country = person["place"]
    risky = number % RISKY_EVERY == 0
    address = Address(
        name=person["name"], line1=line1, city=city, region=region, country=country,
        postcode=BAD_POSTCODE if number % BAD_ADDRESS_EVERY == 0 else postcode,
    )  # fmt: skip
    return OrderDraft(
        channel_id=channels[rng.choices(range(len(channels)), weights=(6, 3, 1))[0]],
        external_id=f"D{10_000 + number}",
        currency=CURRENCY,
        placed_at=_moment(rng, day, before),
        email=f"buyer{number}@mailinator.com" if risky else person["email"],
        customer_name=person["name"],
        ship_to=address,
        bill_to=Address(name=person["name"], country="US" if risky else country),
        lines=_lines(rng, articles, large=risky or number % LARGE_EVERY == 0),
        shipping=Decimal("3.95") if country == "GB" else Decimal("9.50"),
        payment_state="paid",
        tags=("gift",) if rng.random() < 0.08 else (),
        customer_note="Please leave with a neighbour." if rng.random() < 0.06 else "",
        source=source,
    )


def right_postcode(address: Address) -> Address | None:
    """What the customer says when asked; None when nobody answers."""
    known = {(line1, city): postcode for line1, city, _, postcode, _ in PLACES}
    found = known.get((address.line1, address.city))
    return None if found is None else Address.from_json({**address.to_json(), "postcode": found})


def _moment(rng: random.Random, day: date, before: datetime) -> datetime:
    hour = rng.choices(range(24), weights=HOUR_WEIGHTS)[0]
    start = datetime.combine(day, time(hour), UTC)
    moment, earlier = start + timedelta(minutes=rng.randrange(60), seconds=rng.randrange(60)), rng.randrange(1, 240)
    return moment if moment < before else before - timedelta(minutes=earlier)


def _person(seed: int, number: int) -> dict:
    rng = random.Random(f"{seed}:person:{number}")
    first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
    return {
        "name": f"{first} {last}",
        "email": f"{first}.{last}{number}@example.com".lower(),
        "place": rng.choices(PLACES, weights=range(len(PLACES) + 6, 6, -1))[0],
    }


def _lines(rng: random.Random, articles: Sequence[Article], *, large: bool) -> tuple[LineDraft, ...]:
    count = rng.choices((1, 2, 3, 4), weights=(52, 28, 14, 6))[0]
    weights, chosen = [each.popularity for each in articles], {}
    while len(chosen) < count:
        article = rng.choices(articles, weights=weights)[0]
        chosen[article.sku] = article
    return tuple(
        LineDraft(
            sku=article.sku, title=article.name, unit_price=article.price,
            quantity=_units(rng, article, count, large=large),
        )
        for article in chosen.values()
    )  # fmt: skip


def _units(rng: random.Random, article: Article, lines: int, *, large: bool) -> int:
    if not large:
        return rng.choices((1, 2, 3, 4), weights=(74, 18, 5, 3))[0]
    return max(1, min(rng.randrange(8, 40), HEAVIEST_G // lines // article.weight_g))
