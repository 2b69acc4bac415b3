"""Which orders a plain word means: each shape of word goes to the index that knows it.

A word is looked up first, for at most `MOST` orders. What has fewer is a list of ids. What has more is
common, and is then looked for order by order from the newest on, which fills a page soon. Either way
the answer is exact. Only names go through the trigram view: ``LIKE`` on a protected table could not use
an index (docs/adr/0005-search.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from inventory.items import sku_key
from inventory.models import Item
from oms.core.tenancy import current_tenant_id
from orders.filtering import lookups  # noqa: F401  registers ``begins`` and ``like``
from orders.filtering.reading import Term, wrong
from orders.filtering.words import LETTERS_MIN, Shape, digits, fold, like_pattern, shape_of
from orders.models import Customer, Order, OrderLine, SearchDocument

MOST = 1_000
PREFIX_ITEMS = 50
PHONE_DIGITS = 6


@dataclass(frozen=True)
class Found:
    """Orders by id, or by a condition where they are too many to list."""

    ids: frozenset[UUID] = frozenset()
    common: tuple[Q, ...] = field(default=())

    def __or__(self, other: "Found") -> "Found":
        return Found(self.ids | other.ids, self.common + other.common)

    def __bool__(self) -> bool:
        return bool(self.ids or self.common)

    @property
    def condition(self) -> Q:
        wanted = Q(id__in=self.ids)
        for each in self.common:
            wanted |= each
        return wanted


def has_words(terms: Sequence[Term]) -> Q:
    """Orders that have all of these words."""
    names = [term for term in terms if shape_of(term.values[0]) is Shape.NAME]
    wanted = _named(names).condition if names else Q()
    for term in terms:
        if term not in names:
            wanted &= _found(term).condition
    return wanted


def has_not(term: Term) -> Q:
    """Orders whose words do not contain this one."""
    return ~_in_document([term.values[0]])


def has_skus(values: Iterable[str]) -> Q:
    """Orders with one of these SKUs; ``MUG*`` means every item that begins so."""
    return _with_skus(values).condition


def has_email(values: Iterable[str]) -> Q:
    wanted = Q()
    for value in values:
        wanted |= Q(email__begins=value.lower().rstrip("*")) if value.endswith("*") else Q(email=value.lower())
    return wanted


def _found(term: Term) -> Found:
    word = term.values[0]
    match shape_of(word):
        case Shape.NUMBER:
            return _numbered(word.lstrip("#"))
        case Shape.EMAIL:
            return _orders(Q(email__begins=word.lower())) or _named([term])
        case _:
            return _orders(Q(external_id=word)) | _with_skus([word]) or _named([term])


def _numbered(number: str) -> Found:
    """Ours, the channel's, an item's code, the number of a customer, or part of a telephone number."""
    found = _orders(Q(number=int(number))) | _orders(Q(external_id=number)) | _with_skus([number])
    customers = list(Customer.objects.filter(external_id=number).values_list("id", flat=True))
    if customers:
        found |= _orders(Q(customer_id__in=customers))
    if len(digits(number)) >= PHONE_DIGITS:
        found |= _documents([number])
    return found


def _orders(condition: Q) -> Found:
    newest = Order.objects.filter(condition).order_by("-placed_at", "-id")
    return _listed(list(newest.values_list("id", flat=True)[:MOST]), condition)


def _with_skus(values: Iterable[str]) -> Found:
    skus = _spelled(values)
    if not skus:
        return Found()
    lines = OrderLine.objects.filter(sku__in=skus)
    newest = lines.order_by("-order_id").values_list("order_id", flat=True)
    return _listed(list(newest[:MOST]), Q(Exists(lines.filter(order_id=OuterRef("id")))))


def _spelled(values: Iterable[str]) -> set[str]:
    """The SKUs as lines have them: as the item spells it; what no item has, as it was given."""
    skus: set[str] = set()
    for value in values:
        key = sku_key(value)
        if key.endswith("*"):
            skus.update(_skus(Item.objects.filter(sku_key__begins=key.rstrip("*")))[:PREFIX_ITEMS])
        else:
            skus.update(_skus(Item.objects.filter(sku_key=key)) or [value.strip()])
    return skus


def _skus(items: QuerySet[Item]) -> QuerySet:
    return items.order_by("sku_key").values_list("sku", flat=True)


def _named(terms: Sequence[Term]) -> Found:
    for term in terms:
        if len(fold(term.values[0])) < LETTERS_MIN:
            raise wrong(term.raw, f"Type at least {LETTERS_MIN} letters of a name.")
    return _documents([term.values[0] for term in terms])


def _documents(words: Sequence[str]) -> Found:
    likes = " AND text LIKE %s" * len(words)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT order_id FROM orders_search WHERE tenant_id = %s{likes} ORDER BY placed_at DESC LIMIT %s",
            [current_tenant_id(), *map(like_pattern, words), MOST],
        )
        return _listed([row[0] for row in cursor.fetchall()], _in_document(words))


def _in_document(words: Sequence[str]) -> Q:
    """Order by order: its document is found by its id, and only then looked into.

    A value and not an EXISTS, which PostgreSQL would turn round and look through all documents for.
    """
    wanted = Q()
    for word in words:
        wanted &= Q(text__like=like_pattern(word))
    matches = SearchDocument.objects.filter(order_id=OuterRef("id")).values(
        matches=ExpressionWrapper(wanted, output_field=BooleanField())
    )
    return Q(Coalesce(Subquery(matches), False))


def _listed(ids: list[UUID], condition: Q) -> Found:
    return Found(frozenset(ids)) if len(ids) < MOST else Found(common=(condition,))
