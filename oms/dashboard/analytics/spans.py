"""Which days and which channel an address asks for."""

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from analytics.figures import Span
from oms.core.tenancy import unit

VERB = "analytics.view"
DAYS_MAX = 400


def span_of(request: HttpRequest) -> Span:
    """What the address asks for; what it does not make sense of, it does without."""
    zone = ZoneInfo(request.merchant.timezone)
    today = unit().now.astimezone(zone).date()
    last = _day(request.GET.get("to", "")) or today
    days = request.GET.get("days", "")
    count = int(days) if days.isdecimal() and 0 < int(days[:4]) <= DAYS_MAX else 30
    first = _day(request.GET.get("from", "")) or last - timedelta(days=count - 1)
    first = max(min(first, last), last - timedelta(days=DAYS_MAX))
    return Span(first, last, _channel(request.GET.get("channel", "")), zone)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _channel(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
