"""From terms to a queryset. Every filter is an index's, or narrows what an index found."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from inventory.queries import visible_locations
from oms.accounts.models import SalesChannel
from oms.core.models import Tenant
from oms.core.tenancy import current_tenant_id, unit
from orders.filtering.fields import CHOICES, DATES, bounds, choices, did_not_find, known_field, span
from orders.filtering.finding import has_email, has_not, has_skus, has_words
from orders.filtering.reading import Term, read_terms, wrong
from orders.lifecycle import LIVE
from orders.models import Hold, Order, OrderTag
from orders.placing.texts import clean_tags
from orders.queries.money import failed_refunds
from orders.queries.reading import visible_orders

COLUMNS = {"state": "state", "fulfillment": "fulfillment_state", "payment": "payment_state"}
SHIPPED = ("shipped", "delivered")


def apply_query(text: str, *, orders: QuerySet[Order] | None = None) -> QuerySet[Order]:
    """The orders the text describes, ready to page on ``("-placed_at", "-id")``; drafts only when asked for.

    Raises `Invalid` about ``q``, naming the word and what to try.
    """
    terms = read_terms(text)
    orders = visible_orders() if orders is None else orders
    if not any(_asks_for_drafts(term) for term in terms):
        orders = orders.exclude(state="draft")
    words = [term for term in terms if not term.field and not term.negated]
    if words:
        orders = orders.filter(has_words(words))
    for term in terms:
        if term.field:
            condition = _condition(term)
            orders = orders.exclude(condition) if term.negated else orders.filter(condition)
        elif term.negated:
            orders = orders.filter(has_not(term))
    return orders


def _asks_for_drafts(term: Term) -> bool:
    return term.field in ("is", "state") and not term.negated and "draft" in map(str.lower, term.values)


def _condition(term: Term) -> Q:
    name = known_field(term)
    if name in COLUMNS:
        return Q(**{f"{COLUMNS[name]}__in": choices(term, name)})
    if name in CHOICES:
        values = choices(term, name)
        return _any(_is(value) for value in values) if name == "is" else _held_for(values)
    if name in DATES:
        return _dates(term, "placed_at" if name == "placed" else "ship_by")
    if name in ("total", "number"):
        return _amounts(term, name)
    return _TEXTS[name](term)


def _is(value: str) -> Q:
    return {
        "held": Q(open_holds__gt=0),
        "late": Q(state="open", ship_by__lt=unit().now) & ~Q(fulfillment_state__in=SHIPPED),
        "backordered": Q(fulfillment_state="backordered"),
        "allocated": Q(fulfillment_state="allocated"),
        "unpaid": Q(payment_state="unpaid"),
        "paid": Q(payment_state="paid"),
        "refund_failed": Q(id__in=failed_refunds().values("order_id")),
    }.get(value, Q(state=value))


def _held_for(kinds: Sequence[str]) -> Q:
    held = Hold.objects.filter(kind__in=kinds, lifted_at__isnull=True)
    return Q(open_holds__gt=0, id__in=held.values("order_id"))


def _dates(term: Term, column: str) -> Q:
    zone = ZoneInfo(Tenant.objects.values_list("timezone", flat=True).get(id=current_tenant_id()))
    covered = span(term, today=unit().now.astimezone(zone).date(), zone=zone)
    condition = Q()
    if covered.start is not None:
        condition &= Q(**{f"{column}__gte": covered.start})
    if covered.end is not None:
        condition &= Q(**{f"{column}__lt": covered.end})
    # A date of shipping is looked up where it is indexed: among the open orders.
    return condition & Q(state="open", ship_by__isnull=False) if column == "ship_by" else condition


def _amounts(term: Term, column: str) -> Q:
    covered = bounds(term)
    if column == "number" and covered.low is not None and covered.low == covered.high:
        return Q(number=int(covered.low)) if covered.low == int(covered.low) else Q(number=-1)
    condition = Q()
    for bound, included, op in (
        (covered.low, covered.low_included, "gt"),
        (covered.high, covered.high_included, "lt"),
    ):
        if bound is not None:
            condition &= Q(**{f"{column}__{op}{'e' if included else ''}": _fitting(bound, column)})
    return condition


def _fitting(bound: Decimal, column: str) -> Decimal | int:
    return int(bound) if column == "number" else bound


def _channel(term: Term) -> Q:
    rows = list(SalesChannel.objects.values_list("id", "code", "name"))
    return Q(channel_id__in=_named(term, "sales channel", [(row[0], row[1:]) for row in rows]))


def _location(term: Term) -> Q:
    """Orders a location works on now: once they are closed, their parcels know where they left."""
    rows = list(visible_locations().values_list("code", "name"))
    codes = _named(term, "location", [(row[0], row) for row in rows])
    return Q(state__in=LIVE) & _any(Q(locations__contains=[code]) for code in codes)


def _named(term: Term, kind: str, rows: Sequence[tuple[object, tuple[str, ...]]]) -> list:
    """What each value names: by code or by name, whatever the case."""
    by_name = {name.casefold(): key for key, names in rows for name in names}
    for value in term.values:
        if value.casefold() not in by_name:
            raise did_not_find(term, value, kind, list(by_name))
    return [by_name[value.casefold()] for value in term.values]


def _country(term: Term) -> Q:
    codes = [value.upper() for value in term.values]
    for code in codes:
        if len(code) != 2 or not code.isalpha():
            raise wrong(term.raw, f"“{code}” is not a country. Use two letters, like DE.")
    return Q(country__in=codes)


def _tag(term: Term) -> Q:
    return Q(id__in=OrderTag.objects.filter(tag__in=clean_tags(term.values)).values("order_id"))


_TEXTS: dict[str, Callable[[Term], Q]] = {
    "channel": _channel,
    "location": _location,
    "country": _country,
    "tag": _tag,
    "sku": lambda term: has_skus(term.values),
    "email": lambda term: has_email(term.values),
    "external": lambda term: Q(external_id__in=term.values),
    "source": lambda term: Q(source__in=term.values),
}


def _any(conditions: Iterable[Q]) -> Q:
    combined = Q()
    for condition in conditions:
        combined |= condition
    return combined
