"""Customers and what they have bought."""

from collections.abc import Sequence
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from oms.core.api.paging import page_body, requested_page
from oms.core.api.schema import PAGING, page_of
from oms.core.api.views import TenantView
from oms.desk.privacy import CUSTOMERS
from orders.models import Customer
from orders.queries.customers import Bought, bought_by, customer, customers

SEARCH = OpenApiParameter("q", str, description="Words of their orders: a name, an e-mail address, a number.")


class BoughtShape(serializers.Serializer):
    currency = serializers.CharField()
    orders = serializers.IntegerField(help_text="Without canceled ones.")
    spent = serializers.DecimalField(max_digits=18, decimal_places=4)
    sent_back = serializers.IntegerField(help_text="Orders of which something came back.")
    last_at = serializers.DateTimeField(help_text="When the newest was placed.")


class CustomerRecordShape(serializers.Serializer):
    """A customer; ``bought`` has one sum per currency, never a sum over currencies."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    external_id = serializers.CharField()
    created_at = serializers.DateTimeField()
    bought = BoughtShape(many=True)


class Customers(TenantView):
    verbs = {"GET": CUSTOMERS}

    @extend_schema(
        operation_id="customers_list", summary="List customers, the newest first", tags=["customers"],
        parameters=[SEARCH, *PAGING], responses=page_of(CustomerRecordShape, "Customer"),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = customers(text=request.query_params.get("q", "").strip())
        page = requested_page(rows, request, order=("-created_at", "-id"))
        bought = bought_by([each.id for each in page.items])
        return Response(page_body(page, [_record(each, bought.get(each.id, ())) for each in page.items], request))


class OneCustomer(TenantView):
    verbs = {"GET": CUSTOMERS}

    @extend_schema(
        operation_id="customers_get", summary="One customer", tags=["customers"], responses=CustomerRecordShape
    )
    def get(self, request: Request, customer_id: UUID) -> Response:
        found = customer(customer_id)
        return Response(_record(found, bought_by([found.id]).get(found.id, ())))


def _record(each: Customer, bought: Sequence[Bought]) -> dict:
    return CustomerRecordShape(
        {
            "id": each.id, "name": each.name, "email": each.email, "phone": each.phone,
            "external_id": each.external_id, "created_at": each.created_at, "bought": bought,
        }
    ).data  # fmt: skip
