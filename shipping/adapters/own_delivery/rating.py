"""What own delivery asks for a box, or why it does not take it. Pure: no clock, no database."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from oms.core.money import rounded
from shipping.adapters.own_delivery.tariff import Service, Tariff, Zone, zones_around
from shipping.adapters.port import Rate, RateRequest, Refusal

SUNDAY = 6


def rates(tariff: Tariff, request: RateRequest, *, currency: str, timezone: str) -> list[Rate | Refusal]:
    """Every service: its price and day, or the one reason why it is not offered."""
    zone = next((each for each in tariff.zones or zones_around(request.origin) if each.takes_in(request.ship_to)), None)
    why_not = refusal(tariff, request, zone)
    if why_not is not None:
        return [Refusal(each.code, each.name, *why_not) for each in tariff.services]
    price = next(price for weight, price in zone.bands if request.box.weight_g <= weight)
    return [
        Rate(
            each.code, each.name, rounded(price * each.factor, currency), currency,
            _promise(request.at, zone, each, tariff, timezone),
        )
        for each in tariff.services
    ]  # fmt: skip


def refusal(tariff: Tariff, request: RateRequest, zone: Zone | None) -> tuple[str, str] | None:
    """The code and sentence of what keeps this box from being taken."""
    to, box = request.ship_to, request.box
    if not (to.line1 and to.city):
        return "address_incomplete", "A driver needs a street and a town. Complete the address of the order."
    if zone is None:
        where = " ".join(part for part in (to.postcode, to.country) if part)
        return "not_served", f"Own delivery does not go to {where}. Add a zone for it, or choose another carrier."
    heaviest = min(tariff.max_weight_g, zone.bands[-1][0])
    if box.weight_g > heaviest:
        return "too_heavy", (
            f"The box weighs {_kilos(box.weight_g)}; own delivery takes {_kilos(heaviest)} to {zone.name}. "
            "Split it into several parcels."
        )
    sides = [side for side in (box.length_mm, box.width_mm, box.height_mm) if side]
    if sides and (max(sides) > tariff.max_side_mm or sum(sides) > tariff.max_sides_mm):
        return "too_large", (
            f"The box measures {' × '.join(map(str, sides))} mm; own delivery takes {tariff.max_side_mm} mm a side and "
            f"{tariff.max_sides_mm} mm in all. Use a smaller box, or split it."
        )
    return None


def _promise(at: datetime, zone: Zone, service: Service, tariff: Tariff, timezone: str) -> datetime:
    """The evening of the day: there is no delivery on Sundays."""
    day = at.astimezone(ZoneInfo(timezone)).date()
    left = max(1, zone.days + service.days)
    while left:
        day += timedelta(days=1)
        left -= day.weekday() != SUNDAY
    return datetime.combine(day, tariff.deliver_by, ZoneInfo(timezone))


def _kilos(grams: int) -> str:
    return f"{grams / 1000:.3f}".rstrip("0").rstrip(".") + " kg"
