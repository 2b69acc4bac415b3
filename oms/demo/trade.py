"""Draw orders as a small shop sees them: skewed towards a few items, busier in the evening, some of them odd."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from oms.core.addresses import Address
from oms.demo.catalogue import FIRST_NAMES, LAST_NAMES, PLACES, Article
from orders.placing.drafts import LineDraft, OrderDraft

CURRENCY = "GBP"
DAYS = 45
# One order in so many is odd, so that every page of the demo has something to show.
BAD_ADDRESS_EVERY, RISKY_EVERY, LARGE_EVERY = 31, 47, 23
HOUR_WEIGHTS = [1, 1, 0, 0, 0, 1, 2, 4, 6, 7, 8, 8, 9, 8, 7, 7, 7, 8, 10, 12, 13, 11, 7, 3]


def draw_orders(
    rng: random.Random, *, count: int, ends_at: datetime, articles: Sequence[Article], channels: Sequence[str]
) -> Iterator[OrderDraft]:
    """``count`` drafts over the last weeks before ``ends_at``, oldest first; ``channels`` are ids, busiest first."""
    times = sorted(_moment(rng, ends_at) for _ in range(count))
    people = [_person(rng, number) for number in range(max(count * 2 // 3, 1))]
    for number, placed_at in enumerate(times, start=1):
        yield _order(rng, number, placed_at, articles, rng.choice(people), channels)


def _moment(rng: random.Random, ends_at: datetime) -> datetime:
    day = ends_at - timedelta(days=int(DAYS * rng.random() ** 1.2))
    hour = rng.choices(range(24), weights=HOUR_WEIGHTS)[0]
    moment = day.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
    return min(moment, ends_at - timedelta(minutes=rng.randrange(1, 240)))


def _person(rng: random.Random, number: int) -> dict[str, str]:
    first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
    return {
        "name": f"{first} {last}",
        "email": f"{first}.{last}{number}@example.com".lower(),
        "place": rng.choices(PLACES, weights=range(len(PLACES) + 6, 6, -1))[0],
    }


def _order(rng, number, placed_at, articles, person, channels) -> OrderDraft:
    line1, city, region, postcode, country = person["place"]
    bad_address, risky = number % BAD_ADDRESS_EVERY == 0, number % RISKY_EVERY == 0
    address = Address(
        name=person["name"],
        line1=line1,
        city=city,
        region=region,
        postcode="unknown" if bad_address else postcode,
        country=country,
    )
    email = f"buyer{number}@mailinator.com" if risky else person["email"]
    return OrderDraft(
        channel_id=channels[rng.choices(range(len(channels)), weights=(6, 3, 1))[0]],
        external_id=f"D{10_000 + number}",
        currency=CURRENCY,
        placed_at=placed_at,
        email=email,
        customer_name=person["name"],
        ship_to=address,
        bill_to=Address(name=person["name"], country="US" if risky else country),
        lines=_lines(rng, articles, large=risky or number % LARGE_EVERY == 0),
        shipping=Decimal("3.95") if country == "GB" else Decimal("9.50"),
        payment_state="paid",
        tags=("gift",) if rng.random() < 0.08 else (),
        customer_note="Please leave with a neighbour." if rng.random() < 0.06 else "",
        source="demo",
    )


def _lines(rng: random.Random, articles: Sequence[Article], *, large: bool) -> tuple[LineDraft, ...]:
    count = rng.choices((1, 2, 3, 4), weights=(52, 28, 14, 6))[0]
    chosen: dict[str, Article] = {}
    while len(chosen) < count:
        article = rng.choices(articles, weights=[each.popularity for each in articles])[0]
        chosen[article.sku] = article
    return tuple(
        LineDraft(
            sku=article.sku,
            title=article.name,
            quantity=rng.randrange(12, 60) if large else rng.choices((1, 2, 3, 4), weights=(74, 18, 5, 3))[0],
            unit_price=article.price,
        )
        for article in chosen.values()
    )
