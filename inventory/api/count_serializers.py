"""Shapes of counts in the API."""

from collections.abc import Iterable, Sequence

from rest_framework import serializers

from inventory import queries
from inventory.actions.counts.finishing import FINISHED, RECOUNT, WAITING, Finish
from inventory.api.pages import PageQuery
from inventory.models import CLASSES, SELLABLE, STATES, WHYS, StockCount, StockCountLine
from inventory.queries.counts import VIEWS, Progress, allowed_on, sees_expected
from inventory.stock.count_lifecycle import STATES as COUNT_STATES
from inventory.stock.counting import BOUNDS
from oms.core.api.schema import AllowedActionShape
from oms.core.tenancy import unit

ENTRIES_MAX = 1_000


class CountSerializer(serializers.Serializer):
    """A count at one location. `left` lines have no entry yet, `off` lines differ from the book."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    location_id = serializers.UUIDField()
    location = serializers.CharField(source="location.name")
    state = serializers.ChoiceField(choices=COUNT_STATES)
    why = serializers.ChoiceField(choices=WHYS)
    title = serializers.CharField()
    note = serializers.CharField()
    blind = serializers.BooleanField()
    opened_by = serializers.CharField()
    opened_at = serializers.DateTimeField()
    finished_by = serializers.CharField()
    finished_at = serializers.DateTimeField(allow_null=True)
    approval_id = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField()


class OneCountSerializer(CountSerializer):
    lines = serializers.IntegerField()
    counted = serializers.IntegerField()
    left = serializers.IntegerField()
    off = serializers.IntegerField(allow_null=True, help_text="Null while a blind count hides it from you.")
    recounts = serializers.IntegerField(help_text="Lines that another person should count again.")
    allowed_actions = AllowedActionShape(many=True)


class CountLineSerializer(serializers.Serializer):
    """`expected` is the book at the moment of counting; null before, and while a blind count hides it from you."""

    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    name = serializers.CharField(source="item.name")
    state = serializers.ChoiceField(choices=STATES)
    counted = serializers.IntegerField(allow_null=True)
    expected = serializers.IntegerField(allow_null=True)
    variance = serializers.IntegerField(allow_null=True)
    position = serializers.IntegerField(allow_null=True, help_text="The last movement that `expected` knew of.")
    counted_by = serializers.CharField()
    counted_at = serializers.DateTimeField(allow_null=True)
    recount_wanted = serializers.BooleanField()


class CountQuery(PageQuery):
    view = serializers.ChoiceField(choices=list(VIEWS), required=False, help_text="`tasks` are those nobody has begun.")
    location_id = serializers.UUIDField(required=False)
    why = serializers.ChoiceField(choices=WHYS, required=False)


class CountLineQuery(PageQuery):
    left = serializers.BooleanField(required=False, default=False, help_text="Only those that somebody should look at.")


class DueQuery(PageQuery):
    location_id = serializers.UUIDField(required=False)


class DueSerializer(serializers.Serializer):
    """An item that is due to be counted at a location."""

    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    name = serializers.CharField(source="item.name")
    location_id = serializers.UUIDField()
    location = serializers.CharField(source="location.name")
    abc_class = serializers.ChoiceField(choices=CLASSES)
    counted_at = serializers.DateTimeField(allow_null=True, help_text="Null: never, as far as this book knows.")
    due_at = serializers.DateTimeField()


class OpenCountSerializer(serializers.Serializer):
    """Name the location by ``location`` (its code) or ``location_id``, and choose one of ``skus``, ``item_ids``,
    ``abc_class``, ``due`` or ``everything``."""

    location = serializers.CharField(required=False, max_length=40)
    location_id = serializers.UUIDField(required=False)
    skus = serializers.ListField(child=serializers.CharField(max_length=100), required=False, max_length=ENTRIES_MAX)
    item_ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=ENTRIES_MAX)
    abc_class = serializers.ChoiceField(choices=CLASSES, required=False)
    due = serializers.BooleanField(default=False, help_text="What is due, the longest first, at most 200 items.")
    everything = serializers.BooleanField(default=False, help_text="All of which the book has units there.")
    state = serializers.ChoiceField(choices=STATES, required=False, help_text="With `everything`: only this state.")
    blind = serializers.BooleanField(default=False, help_text="Keep from who counts what the book expects.")
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class EntrySerializer(serializers.Serializer):
    """So many are there (``counted``), or so many more (``add``, as for each scan): one of the two."""

    sku = serializers.CharField(required=False, max_length=100, help_text="Or any barcode or alias.")
    item_id = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=STATES, default=SELLABLE)
    counted = serializers.IntegerField(required=False)
    add = serializers.IntegerField(required=False)
    entry_id = serializers.UUIDField(required=False, help_text="Made by you: sent again, the entry counts once.")


class RecordSerializer(serializers.Serializer):
    entries = EntrySerializer(many=True, allow_empty=False, max_length=ENTRIES_MAX)
    add_missing = serializers.BooleanField(default=False, help_text="Take items into the count that are not in it.")


class RecordedSerializer(serializers.Serializer):
    """The lines that were entered, as they are now, and the count."""

    lines = CountLineSerializer(many=True)
    count = OneCountSerializer()


class FinishSerializer(serializers.Serializer):
    """`recount`: another person should look at ``recounts`` first. `waiting`: a second person decides."""

    outcome = serializers.ChoiceField(choices=(FINISHED, RECOUNT, WAITING))
    sentence = serializers.CharField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=4, help_text="What the variances are worth.")
    uncounted = serializers.IntegerField(help_text="Lines without an entry; they stay as they are.")
    recounts = CountLineSerializer(many=True)
    count = OneCountSerializer()


class CancelCountSerializer(serializers.Serializer):
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


def _bounded(name: str) -> serializers.IntegerField:
    least, most = BOUNDS[name]
    return serializers.IntegerField(required=False, min_value=least, max_value=most)


class CountingPolicySerializer(serializers.Serializer):
    """How counts are planned and judged. A class ends at a percentage of the value sold in `abc_days`, and is due
    every so many days. A variance above both recount bounds is counted twice."""

    abc_days = _bounded("abc_days")
    a_percent = _bounded("a_percent")
    b_percent = _bounded("b_percent")
    a_days = _bounded("a_days")
    b_days = _bounded("b_days")
    c_days = _bounded("c_days")
    recount_percent = _bounded("recount_percent")
    recount_units = _bounded("recount_units")


def one_count(stock_count: StockCount, progress: Progress | None = None) -> dict:
    """The whole of a count but its lines, as the API answers it."""
    progress = progress or queries.counts.progress_of([stock_count.id])[stock_count.id]
    actor = unit().actor
    return {
        **CountSerializer(stock_count).data,
        "lines": progress.lines, "counted": progress.counted, "left": progress.left,
        "off": progress.off if sees_expected(stock_count, actor) else None, "recounts": progress.recounts,
        "allowed_actions": [each.to_json() for each in allowed_on(stock_count, actor, progress)],
    }  # fmt: skip


def count_lines(stock_count: StockCount, lines: Iterable[StockCountLine]) -> Sequence[dict]:
    """Lines as this actor may see them."""
    rows = CountLineSerializer(lines, many=True).data
    hidden = {} if sees_expected(stock_count, unit().actor) else {"expected": None, "variance": None, "position": None}
    return [{**row, **hidden} for row in rows]


def one_finish(done: Finish) -> dict:
    return {
        "outcome": done.outcome, "sentence": done.sentence, "amount": str(done.amount), "uncounted": done.uncounted,
        "recounts": count_lines(done.stock_count, done.recounts), "count": one_count(done.stock_count),
    }  # fmt: skip
