"""Which orders a plain word means: each shape of word goes to the index that knows it, at most `MOST` of each.

Only names go through the trigram view; ``LIKE`` on a protected table could not use an index
(docs/adr/0005-search.md).
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from inventory.items import sku_key
from inventory.models import Item
from oms.core.tenancy import current_tenant_id
from orders.filtering import lookups  # noqa: F401  registers ``begins``
from orders.filtering.reading import Term, wrong
from orders.filtering.words import LETTERS_MIN, Shape, digits, fold, like_pattern, shape_of
from orders.models import Customer, Order, OrderLine

MOST = 1_000
PREFIX_ITEMS = 50
PHONE_DIGITS = 6


def ids_of_words(terms: Sequence[Term]) -> set[UUID]:
    """The newest orders that have all of these words."""
    names = [term for term in terms if shape_of(term.values[0]) is Shape.NAME]
    found = [_ids_of_names(names)] if names else []
    found += [_ids_of_word(term) for term in terms if term not in names]
    return set.intersection(*found)


def _ids_of_word(term: Term) -> set[UUID]:
    word = term.values[0]
    match shape_of(word):
        case Shape.NUMBER:
            return _ids_of_number(word.lstrip("#"))
        case Shape.EMAIL:
            return _newest(Order.objects.filter(email__begins=word.lower())) or _ids_of_names([term])
        case _:
            exact = _newest(Order.objects.filter(external_id=word)) | ids_of_skus([word])
            return exact or _ids_of_names([term])


def _ids_of_number(number: str) -> set[UUID]:
    """Ours, the channel's, an item's code, the number of a customer, or part of a telephone number."""
    found = _newest(Order.objects.filter(number=int(number)))
    found |= _newest(Order.objects.filter(external_id=number))
    found |= ids_of_skus([number])
    customers = list(Customer.objects.filter(external_id=number).values_list("id", flat=True))
    if customers:
        found |= _newest(Order.objects.filter(customer_id__in=customers))
    if len(digits(number)) >= PHONE_DIGITS:
        found |= _in_documents([number])
    return found


def ids_of_skus(values: Iterable[str]) -> set[UUID]:
    """Orders with these SKUs; ``MUG*`` means every item that begins so."""
    skus: set[str] = set()
    for value in values:
        key = sku_key(value)
        if key.endswith("*"):
            named = Item.objects.filter(sku_key__begins=key.rstrip("*")).order_by("sku_key")[:PREFIX_ITEMS]
            skus.update(named.values_list("sku", flat=True))
        else:
            # As the item spells it; what no item has, as it was given.
            skus.update(Item.objects.filter(sku_key=key).values_list("sku", flat=True) or [value.strip()])
    if not skus:
        return set()
    rows = OrderLine.objects.filter(sku__in=skus).order_by("-order_id")
    return set(rows.values_list("order_id", flat=True)[:MOST])


def _ids_of_names(terms: Sequence[Term]) -> set[UUID]:
    for term in terms:
        if len(fold(term.values[0])) < LETTERS_MIN:
            raise wrong(term.raw, f"Type at least {LETTERS_MIN} letters of a name.")
    return _in_documents([term.values[0] for term in terms])


def _in_documents(words: Sequence[str]) -> set[UUID]:
    likes = " AND text LIKE %s" * len(words)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT order_id FROM orders_search WHERE tenant_id = %s{likes} ORDER BY placed_at DESC LIMIT %s",
            [current_tenant_id(), *map(like_pattern, words), MOST],
        )
        return {row[0] for row in cursor.fetchall()}


def _newest(orders: QuerySet[Order]) -> set[UUID]:
    return set(orders.order_by("-placed_at", "-id").values_list("id", flat=True)[:MOST])


def email_is(values: Iterable[str]) -> Q:
    wanted = Q()
    for value in values:
        wanted |= Q(email__begins=value.lower().rstrip("*")) if value.endswith("*") else Q(email=value.lower())
    return wanted
