"""The rules of value by tables, and against a tiny model in plain Python."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.valuing.accounts import AVERAGE, COST_OF_SALES, ITEM, LEFT_WITH, ORDER, STOCK, UNPRICED
from inventory.valuing.decided import spread, turn
from inventory.valuing.deciding import FIFO, METHODS, MOVING_AVERAGE
from inventory.valuing.making import Made, part_of
from inventory.valuing.pool import Layer, Pool, per_unit
from inventory.valuing.rules import Known, Move, Posting, stock_value, value_entry
from oms.core.money import ZERO

ITEM_ID, RETURN = UUID(int=1), UUID(int=2)
DAY = date(2026, 11, 24)
INSIDE = "sellable"
D = Decimal


def move(key: int, units: int, source: str, target: str, **more) -> Move:
    inside = {"sellable", "damaged", "quality_hold"}
    given = {"cause_kind": "receipt", "cause_id": None, "reverses_id": None, **more}
    comes_in, goes_out = source not in inside, target not in inside
    return Move(key, ITEM_ID, units, source, target, comes_in, goes_out, day=DAY, **given)


@dataclass
class Book:
    """A pool, and all that was posted."""

    pool: Pool
    posted: dict[int, list[Posting]] = field(default_factory=dict)

    def enter(self, entry: Move, known: Known | None = None, percent: int = 50):
        valued = value_entry(entry, self.pool, known or Known(), damaged_percent=percent)
        self.posted[entry.id] = valued.postings
        return valued

    def buy(self, key: int, units: int, cost: str):
        return self.enter(move(key, units, "supplier", INSIDE), Known(item=D(cost)))

    def sell(self, key: int, units: int) -> Decimal:
        (posting,) = self.enter(move(key, units, INSIDE, "customer")).postings
        assert (posting.debit, posting.credit, posting.units) == (COST_OF_SALES, STOCK, -units)
        return posting.amount

    @property
    def stock(self) -> Decimal:
        return sum((stock_value(each) for each in self.posted.values()), ZERO)


def book(method: str = FIFO, currency: str = "EUR") -> Book:
    return Book(Pool(currency, method))


@pytest.mark.parametrize(
    ("method", "sold"),
    [(FIFO, ["10.00", "25.00", "35.00"]), (MOVING_AVERAGE, ["17.50", "28.00", "24.50"])],
)
def test_the_same_goods_by_either_method(method, sold):
    """10 at 2.00 and 10 at 5.00 come; 5, 8 and 7 leave, the last of them all that is left."""
    own = book(method)
    own.buy(1, 10, "2.00")
    own.buy(2, 10, "5.00")
    assert [str(own.sell(key, units)) for key, units in ((3, 5), (4, 8), (5, 7))] == sold
    assert (own.pool.units, own.pool.value, own.stock) == (0, ZERO, ZERO)


@pytest.mark.parametrize("method", METHODS)
def test_the_last_unit_takes_what_rounding_has_left(method):
    own = book(method)
    own.buy(1, 3, "0.3333")
    assert own.pool.value == D("1.00")
    assert [own.sell(2, 1), own.sell(3, 1), own.sell(4, 1)] == [D("0.33"), D("0.34"), D("0.33")]
    assert own.pool.value == ZERO


def test_a_currency_without_cents():
    own = book(currency="JPY")
    own.buy(1, 3, "33.5")
    assert own.pool.value == D(101)
    assert [own.sell(2, 1), own.sell(3, 2)] == [D(34), D(67)]


@pytest.mark.parametrize(
    ("known", "before", "source", "told"),
    [
        (Known(order=D("3"), item=D("2")), 1, "supplier", (D("3"), ORDER)),
        (Known(item=D("2")), 1, "supplier", (D("2"), ITEM)),
        (Known(), 1, "found", (D("7.000000"), AVERAGE)),
        (Known(), 0, "supplier", (ZERO, UNPRICED)),
        (Known(left_with=D("1.5"), item=D("2")), 1, "customer", (D("1.5"), LEFT_WITH)),
        (Known(item=D("2")), 1, "customer", (D("7.000000"), AVERAGE)),
        (Known(item=D("2")), 0, "customer", (D("2"), ITEM)),
        (Known(item=D("9"), said=(D("2"), ITEM)), 1, "opening", (D("2"), ITEM)),
        (Known(item=D("9"), said=(ZERO, UNPRICED)), 1, "opening", (ZERO, UNPRICED)),
    ],
)
def test_where_a_cost_is_from(known, before, source, told):
    own = book()
    if before:
        own.buy(1, 1, "7")
    valued = own.enter(move(2, 4, source, INSIDE), known)
    assert (valued.unit_cost, valued.source) == told
    assert valued.layer.value_left == told[0] * 4


@pytest.mark.parametrize(
    ("amount", "made", "part"),
    [
        ("10", [(2, "3")], "10"),
        ("10", [(2, "3"), (1, "4")], "6.00"),
        ("10", [(2, "0"), (2, "4")], "5.00"),
        ("1", [(1, "1"), (1, "1"), (1, "1")], "0.34"),
        ("10", [(2, "3", "7.77"), (1, "4", "2.23")], "7.77"),
        ("7", [(2, "3", "7.77"), (1, "4", "2.23")], "4.20"),
    ],
)
def test_what_is_made_is_worth_what_it_was_made_of(amount, made, part):
    rows = [Made(units, D(weight), *map(D, said)) for units, weight, *said in made]
    assert part_of(D(amount), rows, "EUR") == D(part)


@pytest.mark.parametrize(
    ("target", "account"),
    [("customer", "cost_of_sales"), ("loss", "loss"), ("unexplained", "adjustment"), ("production", "production"),
     ("supplier", "credit_awaited"), ("opening", "opening")],
)  # fmt: skip
def test_who_bears_what_leaves(target, account):
    own = book()
    own.buy(1, 2, "3")
    assert own.enter(move(2, 1, INSIDE, target)).postings == [Posting(account, STOCK, D("3.00"), -1)]


def test_a_purchase_order_credits_what_is_not_billed_yet():
    own = book()
    received = move(1, 2, "supplier", INSIDE, cause_kind="purchase_order")
    assert own.enter(received, Known(order=D("3"))).postings[0].credit == "received_not_billed"
    assert own.enter(move(2, 2, "supplier", INSIDE), Known(item=D("3"))).postings[0].credit == "received_without_order"


@pytest.mark.parametrize("method", METHODS)
def test_between_two_places_of_ours_nothing_changes(method):
    own = book(method)
    own.buy(1, 2, "3")
    assert own.enter(move(2, 1, INSIDE, "quality_hold", cause_kind="transfer")).postings == []
    assert own.enter(move(3, 1, "quality_hold", "damaged", cause_kind="state_change")).postings == []


@pytest.mark.parametrize("method", METHODS)
def test_what_is_taken_back_is_mirrored(method):
    own = book(method)
    own.buy(1, 4, "2")
    own.buy(2, 6, "3")
    undone = own.enter(move(3, 6, INSIDE, "supplier", reverses_id=2), Known(original=own.posted[2]))
    assert undone.postings == [Posting("received_without_order", STOCK, D("18.00"), -6)]
    lost = own.enter(move(4, 1, INSIDE, "loss"))
    found = own.enter(move(5, 1, "loss", INSIDE, reverses_id=4), Known(original=lost.postings))
    assert found.postings == [Posting(STOCK, "loss", lost.postings[0].amount, 1)]
    assert (own.pool.units, own.pool.value) == (4, D("8.00"))


def test_what_was_used_before_it_was_taken_back_is_borne_by_sales():
    own = book()
    own.buy(1, 4, "2")
    own.buy(2, 6, "3")
    own.sell(3, 4)
    own.sell(4, 2)
    own.buy(5, 2, "9")
    undone = own.enter(move(6, 6, INSIDE, "supplier", reverses_id=2), Known(original=own.posted[2]))
    assert undone.postings == [
        Posting("received_without_order", STOCK, D("18.00"), -6),
        Posting(COST_OF_SALES, STOCK, D("12.00")),
    ]
    assert (own.pool.units, own.pool.value, own.stock) == (0, ZERO, ZERO)


@pytest.mark.parametrize("method", METHODS)
def test_a_return_comes_back_at_what_it_left_with_and_is_written_down_by_its_grade(method):
    own = book(method)
    own.buy(1, 2, "10")
    own.sell(2, 2)
    back = {"cause_kind": "return", "cause_id": RETURN}
    own.enter(move(3, 2, "customer", "quality_hold", **back), Known(left_with=D("10")))
    assert own.pool.value == D("20.00")
    assert own.enter(move(4, 1, "quality_hold", "sellable", **back)).postings == []
    down = own.enter(move(5, 1, "quality_hold", "damaged", **back), percent=30)
    assert down.postings == [Posting("write_down", STOCK, D("3.00"))]
    assert (own.pool.value, own.stock) == (D("17.00"), D("17.00"))


def layered(*layers: tuple[int, int, str], method: str = FIFO, value: str | None = None) -> Pool:
    """Layers of (came, left, value left)."""
    rows = [Layer(key, came, left, D(worth)) for key, (came, left, worth) in enumerate(layers, start=1)]
    whole = sum((each.value_left for each in rows), ZERO) if value is None else D(value)
    return Pool("EUR", method, sum(each.units_left for each in rows), whole, rows)


@pytest.mark.parametrize(
    ("layers", "amount", "stays", "sold"),
    [
        ([(10, 10, "20")], "5", "5.00", "0"),
        ([(10, 4, "8")], "5", "2.00", "3.00"),
        ([(10, 0, "0")], "5", "0", "5.00"),
        ([(3, 1, "1")], "1", "0.33", "0.67"),
        ([(10, 4, "8")], "-10", "-4.00", "-6.00"),
        ([(10, 10, "3")], "-5", "-3", "-2.00"),
        ([], "5", "0", "5"),
    ],
)
def test_what_turns_up_late_is_borne_by_what_is_left_and_by_what_was_sold(layers, amount, stays, sold):
    pool = layered(*layers)
    before = pool.value
    postings = spread(pool, pool.layers, D(amount), against="received_not_billed")
    assert pool.value - before == stock_value(postings) == D(stays)
    assert sum((each.debit == COST_OF_SALES) * each.amount - (each.credit == COST_OF_SALES) * each.amount
               for each in postings) == D(sold)  # fmt: skip


def test_another_method_books_the_difference():
    pool = layered((10, 5, "10"), (10, 10, "50"), method=MOVING_AVERAGE, value="52.50")
    assert turn(pool, FIFO) == [Posting(STOCK, "revaluation", D("7.50"))]
    assert (pool.value, turn(pool, MOVING_AVERAGE), pool.value) == (D("60.00"), [], D("60.00"))


_STEP = st.tuples(
    st.sampled_from(["buy", "sell", "lose", "undo", "late", "turn", "back", "down"]),
    st.integers(1, 7),
    st.decimals(min_value=0, max_value=20, places=4),
)


@given(st.sampled_from(METHODS), st.lists(_STEP, max_size=30))
def test_nothing_is_lost_whatever_happens(method, steps):
    """Against a model that knows only units: what came in = what went out + what is left, to the cent."""
    own, units, undone = book(method), 0, set()
    for key, (what, count, cost) in enumerate(steps, start=1):
        if what == "buy":
            own.enter(move(key, count, "supplier", INSIDE), Known(item=cost))
            units += count
        elif what == "back":
            own.enter(move(key, count, "customer", "quality_hold", cause_kind="return", cause_id=RETURN),
                      Known(left_with=cost))  # fmt: skip
            units += count
        elif what in ("sell", "lose") and units:
            gone = min(count, units)
            own.enter(move(key, gone, INSIDE, "customer" if what == "sell" else "loss"))
            units -= gone
        elif what == "down":
            own.enter(move(key, count, "quality_hold", "damaged", cause_kind="return", cause_id=RETURN))
        elif what == "undo":
            units += _undo(own, key, units, undone)
        elif what == "late":
            own.posted[key] = spread(own.pool, own.pool.layers[:2], D(count) - D(5), against="payable")
        elif what == "turn":
            own.posted[key] = turn(own.pool, METHODS[count % 2])
        pool = own.pool
        assert pool.units == units == sum(each.units_left for each in pool.layers)
        assert own.stock == pool.value >= 0
        assert all(each.units_left >= 0 and each.value_left >= 0 for each in pool.layers)
        assert all(each.units_left or not each.value_left for each in pool.layers)
        if pool.method == FIFO:
            assert pool.value == sum((each.value_left for each in pool.layers), ZERO)
        if not units:
            assert pool.value == ZERO
        assert all(each.amount >= 0 and each.debit != each.credit for found in own.posted.values() for each in found)
        assert per_unit(pool.value, units) >= 0


def _undo(own: Book, key: int, units: int, undone: set[int]) -> int:
    """Take the first entry back that can be; returns how many units more there are."""
    for earlier, postings in own.posted.items():
        moved = sum(each.units for each in postings)
        if earlier in undone or not moved or moved > units:
            continue
        source, target = (INSIDE, "supplier") if moved > 0 else ("loss", INSIDE)
        own.enter(move(key, abs(moved), source, target, reverses_id=earlier), Known(original=postings))
        undone |= {earlier, key}
        return -moved
    return 0
