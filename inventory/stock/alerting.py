"""When an item's stock needs somebody, and who is told by mail. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from oms.core.errors import FieldError

OUT, LOW, OVERSELL_RISK, OVER_RESERVED, EXPIRING, DEAD = KINDS = (
    "out", "low", "oversell_risk", "over_reserved", "expiring", "dead",
)  # fmt: skip
# What is known as soon as a balance moves; the others are looked for by the clock.
OF_BALANCES = (OUT, LOW, OVERSELL_RISK)

# Where the merchant's settings keep these.
SETTING = "stock_alerts"
ADDRESSES_MAX, DEAD_DAYS = 20, (7, 1_000)


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of an item: units an order could take, its reorder point over all locations that have one,
    units it sells on a usual day, and whether anything is kept back from channels."""

    available: int
    minimum: int | None = None
    daily_units: float = 0.0
    buffered: bool = False


def alerts_of(signals: Signals) -> set[str]:
    """Of `OF_BALANCES`: `OUT` when an order can take nothing, or else `LOW` at the reorder point or below.

    `OVERSELL_RISK` when less is left than a day sells and nothing is kept back: two channels may sell the same unit
    before either has heard of it.
    """
    if signals.available <= 0:
        return {OUT}
    found = set()
    if signals.minimum is not None and signals.available <= signals.minimum:
        found.add(LOW)
    if not signals.buffered and signals.available < signals.daily_units:
        found.add(OVERSELL_RISK)
    return found


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """Who is mailed of which kinds, and after how many days without a sale stock counts as dead."""

    mail_to: tuple[str, ...] = ()
    mail_kinds: tuple[str, ...] = (OUT, LOW, OVER_RESERVED, EXPIRING)
    dead_days: int = 180

    @classmethod
    def from_json(cls, kept: Mapping) -> "AlertPolicy":
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()})

    def to_json(self) -> dict:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def mails(self, kind: str) -> bool:
        return bool(self.mail_to) and kind in self.mail_kinds


def policy_problems(policy: AlertPolicy) -> list[FieldError]:
    problems = [
        FieldError("mail_to", "invalid", f"“{address[:80]}” is no e-mail address.")
        for address in policy.mail_to
        if not _is_address(address)
    ]
    if len(policy.mail_to) > ADDRESSES_MAX:
        problems.append(FieldError("mail_to", "too_many", f"Give at most {ADDRESSES_MAX} addresses."))
    if unknown := set(policy.mail_kinds) - set(KINDS):
        problems.append(FieldError("mail_kinds", "unknown", f"There is no alert called {sorted(unknown)[0]}."))
    if not DEAD_DAYS[0] <= policy.dead_days <= DEAD_DAYS[1]:
        problems.append(FieldError("dead_days", "out_of_range", f"Give {DEAD_DAYS[0]} to {DEAD_DAYS[1]:,} days."))
    return problems


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
