"""The language orders are found with: read without a database, then against one."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from oms.accounts.actions.channels import create_channel
from oms.core.actors import Actor
from oms.core.errors import Invalid
from oms.core.tenancy import unit_of_work
from orders.actions.cancel import cancel_order
from orders.actions.drafts import save_draft
from orders.actions.hold import hold_order
from orders.actions.index import index_orders
from orders.actions.place import place_orders
from orders.actions.screen import screen_orders
from orders.filtering import Term, apply_query, finding, read_terms
from orders.filtering.fields import Bounds, Span, bounds, choices, known_field, span
from orders.filtering.words import Shape, document, fold, shape_of
from orders.models import Order
from tests.orders.trade import BERLIN, draft, line

TODAY, LONDON = date(2026, 11, 24), ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("mug", (Term("mug", ("mug",)),)),
        ('"blue mug" x', (Term('"blue mug"', ("blue mug",)), Term("x", ("x",)))),
        ("-is:held", (Term("-is:held", ("held",), "is", negated=True),)),
        ("country:DE,FR", (Term("country:DE,FR", ("DE", "FR"), "country"),)),
        ('Channel:"Web shop",pos', (Term('Channel:"Web shop",pos', ("Web shop", "pos"), "channel"),)),
        ("placed:>=2026-11-01", (Term("placed:>=2026-11-01", ("2026-11-01",), "placed", ">="),)),
        ("total:<5", (Term("total:<5", ("5",), "total", "<"),)),
    ],
)
def test_terms_are_read(text: str, terms: tuple[Term, ...]) -> None:
    assert read_terms(text) == terms


@pytest.mark.parametrize(
    "text", ['"open', 'is:"held', "is:", "tag: x", "a\x00b", "x" * 501, " ".join("abcdefghijklmnopqrstu")]
)
def test_what_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_terms(text)
    assert refused.value.fields[0].field == "q"


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        terms = read_terms(text)
    except Invalid:
        return
    assert all(value for term in terms if term.field for value in term.values)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("sttate:open", "Did you mean “state”?"),
        ("is:hold", "Did you mean “held”?"),
        ("hold:adress", "Did you mean “address”?"),
        ("tag:>x", "works on dates and amounts only"),
        ("colour:blue", "There is no field “colour”"),
    ],
)
def test_mistakes_get_a_suggestion(text: str, hint: str) -> None:
    (term,) = read_terms(text)
    with pytest.raises(Invalid, match="“" + text) as refused:
        choices(term, known_field(term))
    assert hint in refused.value.message


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("placed:2026-11-01", "2026-11-01", "2026-11-02"),
        ("placed:>2026-11-01", "2026-11-02", None),
        ("placed:>=2026-11-01", "2026-11-01", None),
        ("placed:<2026-11-01", None, "2026-11-01"),
        ("placed:<=2026-11-01", None, "2026-11-02"),
        ("placed:today", "2026-11-24", "2026-11-25"),
        ("placed:Yesterday", "2026-11-23", "2026-11-24"),
        ("placed:<today+1", None, "2026-11-25"),
        ("placed:>=today-7", "2026-11-17", None),
        ("placed:2026-11-01..2026-11-03", "2026-11-01", "2026-11-04"),
    ],
)
def test_dates(text: str, start: str | None, end: str | None) -> None:
    (term,) = read_terms(text)
    days = [day and datetime.fromisoformat(day).replace(tzinfo=LONDON) for day in (start, end)]
    assert span(term, today=TODAY, zone=LONDON) == Span(*days)


def test_a_day_is_the_merchants_own() -> None:
    (term,) = read_terms("placed:2026-07-01")
    covered = span(term, today=TODAY, zone=LONDON)
    assert covered.start.astimezone(UTC) == datetime(2026, 6, 30, 23, tzinfo=UTC)


@pytest.mark.parametrize("value", ["tmrw", "2026-13-01", "today+99999", "today+", "..", "2026-11-01,2026-11-02", ">>1"])
def test_no_date(value: str) -> None:
    (term,) = read_terms(f"shipby:{value}")
    with pytest.raises(Invalid):
        span(term, today=TODAY, zone=LONDON)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("total:10", Bounds(Decimal(10), Decimal(10))),
        ("total:>10", Bounds(low=Decimal(10), low_included=False)),
        ("total:<=1.5", Bounds(high=Decimal("1.5"))),
        ("total:1..2", Bounds(Decimal(1), Decimal(2))),
    ],
)
def test_amounts(text: str, expected: Bounds) -> None:
    assert bounds(read_terms(text)[0]) == expected


@pytest.mark.parametrize("value", ["ten", "NaN", "1e99", "1..", "Infinity"])
def test_no_amount(value: str) -> None:
    with pytest.raises(Invalid):
        bounds(read_terms(f"total:{value}")[0])


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("10482", Shape.NUMBER), ("#10482", Shape.NUMBER), ("ada@example.com", Shape.EMAIL), ("@example", Shape.EMAIL),
        ("85123A", Shape.CODE), ("WEB-5512", Shape.CODE), ("byron", Shape.NAME), ("blue mug", Shape.NAME),
        ("MUG-BLU", Shape.NAME), ("Zoë", Shape.NAME),
    ],
)  # fmt: skip
def test_shapes(word: str, shape: Shape) -> None:
    assert shape_of(word) is shape


def test_documents_are_folded_and_say_each_word_once() -> None:
    text = document(
        names=["Zoë  Byron", "zoe byron"], codes=["#WEB-1", "SKU-MUG"], emails=["Zoe@Example.com"],
        phones=["+49 (30) 12-34"], titles=["Blue Mug", "Blue Mug"],
    )  # fmt: skip
    assert text == "zoe byron zoe@example.com 49301234 web-1 mug blue mug"
    assert fold("ÀÉ  ß") == "ae ss"


# --- against the database


@pytest.fixture
def book(uow, catalog) -> dict[str, Order]:
    """Six orders by name, screened and indexed."""
    create_channel(code="pos", name="Point of sale", kind="shop")
    drafts = {
        "ada": draft(line("MUG-BLU", 2), external_id="WEB-9001", tags=("vip",), placed_at=at(1)),
        "zoe": draft(
            line("TEA"), email="zoe@example.org", customer_name="Zoë Ångström", phone="+49 30 5550123",
            placed_at=at(2), customer_external_id="12583",
        ),
        "held": draft(line("85123A"), email="", customer_name="Held Person", on_unknown_sku="hold", placed_at=at(3)),
        "paris": draft(
            line("MUG-RED"), channel="pos", payment_state="paid", placed_at=at(4), customer_name="Paul",
            ship_to=BERLIN.__class__(name="Paul", line1="1 Rue", city="Paris", postcode="75001", country="FR"),
        ),
        "gone": draft(line("TEA", 3), placed_at=at(5)),
        "big": draft(line("MUG-RED", unit_price="150"), placed_at=at(6)),
    }  # fmt: skip
    ids = [each.order_id for each in place_orders(drafts=list(drafts.values()))]
    screen_orders(order_ids=ids)
    index_orders(order_ids=ids)
    orders = {name: Order.objects.get(id=order_id) for name, order_id in zip(drafts, ids, strict=True)}
    cancel_order(order_id=orders["gone"].id, reason="no")
    hold_order(order_id=orders["big"].id, kind="manual", reason="wait")
    save_draft(draft=draft(customer_name="Drafty", tags=("vip",)))
    return orders


def at(day: int) -> datetime:
    return datetime(2026, 11, day, 12, tzinfo=UTC)


def found(text: str, book: dict[str, Order]) -> set[str]:
    names = {order.id: name for name, order in book.items()}
    return {names.get(order_id, "draft") for order_id in apply_query(text).values_list("id", flat=True)}


QUERIES: list[tuple[str, set[str]]] = [
    ("", {"ada", "zoe", "held", "paris", "gone", "big"}),
    ("is:draft", {"draft"}),
    ("is:held", {"held", "big"}),
    ("-is:held -is:canceled", {"ada", "zoe", "paris"}),
    ("hold:unknown_sku", {"held"}),
    ("hold:manual,unknown_sku", {"held", "big"}),
    ("state:cancelled", {"gone"}),
    ("is:cancelled,held", {"gone", "held", "big"}),
    ("payment:paid", {"paris"}),
    ("fulfilment:not_allocated country:fr", {"paris"}),
    ("country:FR,GB", {"paris"}),
    ("channel:pos", {"paris"}),
    ('channel:"point of sale"', {"paris"}),
    ("-channel:pos is:open -is:held", {"ada", "zoe"}),
    ("tag:vip", {"ada"}),
    ("tag:VIP,none", {"ada"}),
    ("sku:mug-blu", {"ada"}),
    ("sku:MUG*", {"ada", "paris", "big"}),
    ("sku:mug*,tea -state:cancelled", {"ada", "zoe", "paris", "big"}),
    ("sku:85123A", {"held"}),
    ("sku:NOTHING*", set()),
    ("total:>=100", {"big"}),
    ("total:25", {"ada"}),
    ("placed:>2026-11-04", {"gone", "big"}),
    ("placed:2026-11-01..2026-11-02", {"ada", "zoe"}),
    ("email:zoe@example.org", {"zoe"}),
    ("email:zoe*", {"zoe"}),
    ("external:WEB-9001", {"ada"}),
    ("source:api tag:vip", {"ada"}),
    ("zoe", {"zoe"}),
    ("angstrom", {"zoe"}),
    ("ÅNGSTRÖM zoë", {"zoe"}),
    ("zoe paul", set()),
    ('"held person"', {"held"}),
    ("loose", {"zoe", "gone"}),
    ("-loose", {"ada", "held", "paris", "big"}),
    ("zoe@", {"zoe"}),
    ("@example.org", {"zoe"}),
    ("WEB-9001", {"ada"}),
    ("85123A", {"held"}),
    ("5550123", {"zoe"}),
    ("12583", {"zoe"}),
    ("mug is:open -is:held", {"ada", "paris"}),
]


def test_queries(book) -> None:
    """All in one test: the book is dear to make."""
    answers = {text: found(text, book) for text, _ in QUERIES}
    assert answers == dict(QUERIES)


@pytest.mark.parametrize("text", ["100% _", "ab"])
def test_a_name_needs_three_letters(text: str, uow) -> None:
    with pytest.raises(Invalid, match="at least 3 letters"):
        apply_query(text)


def test_what_is_common_is_found_exactly_too(book, monkeypatch) -> None:
    """More than can be listed: every word is then looked for order by order, and finds the same."""
    monkeypatch.setattr(finding, "MOST", 1)
    assert {text: found(text, book) for text, _ in QUERIES} == dict(QUERIES)


def test_our_own_number(book) -> None:
    number = book["zoe"].number
    assert found(f"{number}", book) == found(f"#{number}", book) == found(f"number:{number}", book) == {"zoe"}
    assert found(f"number:<={number}", book) == {"ada", "zoe"}


def test_late_and_ship_by(book, uow) -> None:
    Order.objects.filter(id=book["ada"].id).update(ship_by=uow.now - timedelta(days=2))
    Order.objects.filter(id=book["zoe"].id).update(ship_by=uow.now + timedelta(days=2))
    assert found("is:late", book) == {"ada"}
    assert found("shipby:<today", book) == {"ada"}
    assert found("shipby:>=today", book) == {"zoe"}


def test_location(book, catalog) -> None:
    Order.objects.filter(id=book["ada"].id).update(locations=["LEEDS", "LONDON"])
    assert found("location:leeds", book) == {"ada"}
    assert found("location:LONDON,Leeds", book) == {"ada"}
    with pytest.raises(Invalid, match="no location “leds”"):
        found("location:leds", book)


def test_unknown_channel_and_country(book) -> None:
    with pytest.raises(Invalid, match="no sales channel “wep”"):
        found("channel:wep", book)
    with pytest.raises(Invalid, match="two letters"):
        found("country:Germany", book)


def test_an_actor_finds_only_what_its_channels_hold(book, tenant) -> None:
    limited = Actor("key", "k", "A key", frozenset({"orders.view"}), channels=frozenset({book["paris"].channel_id}))
    with unit_of_work(tenant.id, limited):
        assert found("", book) == {"paris"}
        assert found("zoe", book) == set()


def test_another_merchants_words_are_not_found(book, other_tenant, uow) -> None:
    with unit_of_work(other_tenant.id, uow.actor):
        assert not apply_query("zoe").exists()
        assert not apply_query("").exists()


def test_writing_a_document_again_replaces_it(book) -> None:
    Order.objects.filter(id=book["zoe"].id).update(customer_name="Yvonne")
    index_orders(order_ids=[book["zoe"].id])
    assert found("yvonne", book) == {"zoe"}
    assert found("angstrom", book) == set()


def test_a_search_costs_a_few_statements(book) -> None:
    with CaptureQueriesContext(connection) as captured:
        list(apply_query("sku:MUG* tag:vip zoe 12583 placed:>2026-11-01")[:50])
    assert len(captured) <= 12
