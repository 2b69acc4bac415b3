"""What stock is worth, what decides it, and the postings behind it."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.actions.valuing import EDIT, VIEW
from inventory.actions.valuing.decide import REASON_MAX, price_goods, require_whole, set_value_policy
from inventory.actions.valuing.rebuild import start_rebuild
from inventory.api.pages import PageQuery, page_of
from inventory.models import ValueEvent
from inventory.queries import valuation as queries
from inventory.valuing.accounts import ACCOUNTS, SOURCES
from inventory.valuing.deciding import KINDS, METHODS
from oms.core.api.paging import page_body, requested_page
from oms.core.api.resources import JobSerializer
from oms.core.api.views import TenantView, valid

# The number of days whose sums one answer may hold.
DAYS_MAX = 370


def _money(**options: object) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=18, decimal_places=4, **options)


def _cost(**options: object) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=24, decimal_places=6, **options)


class ItemWorthSerializer(serializers.Serializer):
    item_id = serializers.UUIDField(source="item.id")
    sku = serializers.CharField(source="item.sku")
    units = serializers.IntegerField(help_text="At the locations you see, in transit to them included.")
    unit_cost = _cost(help_text="On average.")
    value = _money()


class PlaceWorthSerializer(serializers.Serializer):
    location_id = serializers.UUIDField()
    name = serializers.CharField()
    units = serializers.IntegerField()
    value = _money()


class MonthSerializer(serializers.Serializer):
    month = serializers.DateField(source="first", help_text="Its first day.")
    value = _money(help_text="When it ended.")
    cost_of_sales = _money()
    lost = _money(help_text="Lost, and written down.")


class ValueSummarySerializer(serializers.Serializer):
    method = serializers.ChoiceField(choices=METHODS)
    total = _money()
    places = PlaceWorthSerializer(many=True)
    months = MonthSerializer(many=True, help_text="The last twelve; none for who sees only some locations.")
    followed_at = serializers.DateTimeField(allow_null=True, help_text="Up to when the ledger was valued.")
    rebuilding = serializers.BooleanField()


class ValueQuery(PageQuery):
    q = serializers.CharField(required=False, max_length=200)
    location_id = serializers.UUIDField(required=False)


class OfItemQuery(PageQuery):
    item_id = serializers.UUIDField(required=False)


class ValueLayerSerializer(serializers.Serializer):
    """Units that came in together."""

    movement_id = serializers.IntegerField()
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    day = serializers.DateField()
    cause_kind = serializers.CharField()
    units = serializers.IntegerField()
    units_left = serializers.IntegerField()
    unit_cost = _cost(help_text="At which they came in.")
    priced_at = _cost(allow_null=True, help_text="What a person has said since that one costs.")
    source = serializers.ChoiceField(choices=SOURCES, help_text="Where the cost is from.")
    value_left = _money()


LayerPage = page_of(ValueLayerSerializer)


class PostingSerializer(serializers.Serializer):
    """An amount from one account to another."""

    id = serializers.IntegerField()
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    movement_id = serializers.IntegerField(allow_null=True)
    day = serializers.DateField()
    cause_kind = serializers.CharField()
    cause_id = serializers.UUIDField(allow_null=True)
    units = serializers.IntegerField()
    debit = serializers.ChoiceField(choices=ACCOUNTS)
    credit = serializers.ChoiceField(choices=ACCOUNTS)
    amount = _money()


class AccountDaySerializer(serializers.Serializer):
    """A day's postings from one account to another, added up."""

    day = serializers.DateField()
    debit = serializers.ChoiceField(choices=ACCOUNTS)
    credit = serializers.ChoiceField(choices=ACCOUNTS)
    amount = _money()


class AccountDaysSerializer(serializers.Serializer):
    results = AccountDaySerializer(many=True)


class DaysQuery(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()

    def validate(self, sent: dict) -> dict:
        if not 0 <= (sent["until"] - sent["since"]).days < DAYS_MAX:
            raise serializers.ValidationError({"until": f"Ask for 1 to {DAYS_MAX} days."})
        return sent


class PriceSerializer(serializers.Serializer):
    movement_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    unit_cost = _cost(min_value=0)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=REASON_MAX)


class PolicySerializer(serializers.Serializer):
    """From a day to come on; without one, the first time, from the first entry."""

    method = serializers.ChoiceField(choices=METHODS, required=False)
    damaged_percent = serializers.IntegerField(
        required=False, min_value=0, max_value=100, help_text="By which a damaged return is written down."
    )
    from_day = serializers.DateField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=REASON_MAX)


class ValueDecisionSerializer(serializers.Serializer):
    """``counts`` once it was taken into account."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=KINDS)
    payload = serializers.DictField()
    reason = serializers.CharField()
    day = serializers.DateField()
    actor = serializers.CharField(source="actor_label")
    decided_at = serializers.DateTimeField()
    counts = serializers.SerializerMethodField()

    def get_counts(self, event: ValueEvent) -> bool:
        return event.position is not None


def _asked(serializer_class: type, request: Request) -> dict:
    asked = serializer_class(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


class StockValue(TenantView):
    verbs = {"GET": VIEW}

    @extend_schema(
        operation_id="stock_value_list", summary="What each item in stock is worth, by SKU", tags=["value"],
        parameters=[ValueQuery], responses=page_of(ItemWorthSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = _asked(ValueQuery, request)
        location_id = asked.get("location_id")
        items = queries.items_with_value(text=asked.get("q", ""), location_id=location_id)
        page = requested_page(items, request, order=queries.BY_SKU)
        rows = queries.worth_of(page.items, location_id=location_id)
        return Response(page_body(page, ItemWorthSerializer(rows, many=True).data, request))


class StockValueSummary(TenantView):
    verbs = {"GET": VIEW}

    @extend_schema(
        operation_id="stock_value_summary", summary="What stock is worth in all, by location and month",
        tags=["value"], responses=ValueSummarySerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        state, places, whole = queries.valuation(), queries.worth_by_location(), queries.sees_all()
        found = {
            "method": state.method, "followed_at": state.followed_at, "rebuilding": state.rebuilding,
            "places": places, "months": queries.months() if whole else [],
            "total": queries.stock_value() if whole else sum(each.value for each in places),
        }  # fmt: skip
        return Response(ValueSummarySerializer(found).data)


class ValueLayers(TenantView):
    verbs = {"GET": VIEW}

    @extend_schema(
        operation_id="stock_value_layers", summary="What is left of each receipt of an item, newest first",
        tags=["value"], parameters=[OfItemQuery], responses=LayerPage,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = queries.open_layers(item_id=_asked(OfItemQuery, request).get("item_id"))
        return self.page(rows, ValueLayerSerializer, order=("-id",))


class Unpriced(TenantView):
    verbs = {"GET": VIEW}

    @extend_schema(
        operation_id="stock_value_unpriced", summary="Receipts that nobody has said the cost of", tags=["value"],
        parameters=[PageQuery], responses=LayerPage,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(queries.unpriced(), ValueLayerSerializer, order=("-id",))


class PriceGoods(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        operation_id="stock_value_price", summary="Say what the goods of one receipt cost", tags=["value"],
        request=PriceSerializer, responses={202: ValueDecisionSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return Response(ValueDecisionSerializer(price_goods(**valid(PriceSerializer, request))).data, status=202)


class Postings(TenantView):
    verbs = {"GET": VIEW}

    @extend_schema(
        operation_id="stock_value_postings", summary="List postings, newest first", tags=["value"],
        parameters=[OfItemQuery], responses=page_of(PostingSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = queries.postings(item_id=_asked(OfItemQuery, request).get("item_id"))
        return self.page(rows, PostingSerializer, order=("-id",))


class PostingDays(TenantView):
    verbs = {"GET": VIEW}

    @extend_schema(
        operation_id="stock_value_days", summary="Postings added up by day and accounts", tags=["value"],
        parameters=[DaysQuery], responses=AccountDaysSerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = list(queries.account_days(**_asked(DaysQuery, request)))
        return Response({"results": AccountDaySerializer(rows, many=True).data})


class ValuePolicies(TenantView):
    verbs = {"GET": VIEW, "POST": EDIT}

    @extend_schema(
        operation_id="stock_value_policies", summary="What was decided about how stock is valued, newest first",
        tags=["value"], parameters=[PageQuery], responses=page_of(ValueDecisionSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(queries.policies(), ValueDecisionSerializer, order=("-id",))

    @extend_schema(
        operation_id="stock_value_policy_set", summary="Value stock by another method, from a day on", tags=["value"],
        request=PolicySerializer, responses={201: ValueDecisionSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return Response(ValueDecisionSerializer(set_value_policy(**valid(PolicySerializer, request))).data, status=201)


class RebuildValue(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        operation_id="stock_value_rebuild", summary="Work out anew what stock is worth, as a job", tags=["value"],
        request=None, responses={202: JobSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        require_whole(EDIT)
        return Response(JobSerializer(start_rebuild()).data, status=202)
