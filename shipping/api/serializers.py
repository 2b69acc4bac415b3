"""Shapes of carrier accounts, rates, shipments and scans in the API."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers

from oms.core.addresses import Address
from oms.core.models import Tenant
from oms.core.tenancy import unit
from shipping.actions.create import ShipmentDraft
from shipping.adapters.port import Box
from shipping.adapters.registry import CARRIERS
from shipping.lifecycle import CODES, STATES
from shipping.models import CarrierAccount, LabelPurchase, TrackingEvent, TrackingMessage
from shipping.queries import VIEWS

SIDE_MAX, WEIGHT_MAX = 20_000, 2_000_000
CUSTOMERS = "customers.view"


class AccountSerializer(serializers.ModelSerializer):
    hook_url = serializers.SerializerMethodField(help_text="Where the carrier posts its scans, signed.")
    capabilities = serializers.SerializerMethodField(help_text="The questions this carrier answers.")

    class Meta:
        model = CarrierAccount
        fields = [
            "id", "carrier", "name", "settings", "active", "test_mode", "capabilities", "hook_url", "previous_until",
            "version", "created_at",
        ]  # fmt: skip
        extra_kwargs = {
            "settings": {"help_text": "Depends on the carrier. For own delivery: zones, services and limits."},
            "previous_until": {"help_text": "Until then scans signed with the secret before the rotation count too."},
        }

    def get_hook_url(self, account: CarrierAccount) -> str:
        return hook_url(account.id)

    def get_capabilities(self, account: CarrierAccount) -> list[str]:
        return CARRIERS[account.carrier].capabilities()


class NewAccountSerializer(AccountSerializer):
    secret = serializers.CharField(help_text="`whsec_…`, shown this once: it signs what is posted to the hook.")

    class Meta(AccountSerializer.Meta):
        fields = [*AccountSerializer.Meta.fields, "secret"]


class AccountDraft(serializers.Serializer):
    name = serializers.CharField(max_length=80)
    carrier = serializers.ChoiceField(sorted(CARRIERS), default="own_delivery")
    settings = serializers.DictField(default=dict)
    test_mode = serializers.BooleanField(default=False, help_text="Labels say that they are samples.")


class AccountChange(serializers.Serializer):
    name = serializers.CharField(required=False, max_length=80)
    settings = serializers.DictField(required=False)
    active = serializers.BooleanField(required=False)
    test_mode = serializers.BooleanField(required=False)


class AddressSerializer(serializers.Serializer):
    """A postal address; `country` is ISO 3166-1 alpha-2."""

    name = serializers.CharField(default="", allow_blank=True, max_length=200)
    company = serializers.CharField(default="", allow_blank=True, max_length=200)
    line1 = serializers.CharField(default="", allow_blank=True, max_length=200)
    line2 = serializers.CharField(default="", allow_blank=True, max_length=200)
    city = serializers.CharField(default="", allow_blank=True, max_length=200)
    region = serializers.CharField(default="", allow_blank=True, max_length=200)
    postcode = serializers.CharField(default="", allow_blank=True, max_length=40)
    country = serializers.CharField(default="", allow_blank=True, max_length=2)
    phone = serializers.CharField(default="", allow_blank=True, max_length=60)


class BoxSerializer(serializers.Serializer):
    weight_g = serializers.IntegerField(min_value=1, max_value=WEIGHT_MAX)
    length_mm = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=SIDE_MAX)
    width_mm = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=SIDE_MAX)
    height_mm = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=SIDE_MAX)


class RateQuery(BoxSerializer):
    origin = AddressSerializer()
    ship_to = AddressSerializer()
    account_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_null=True, max_length=50, help_text="All, when left out."
    )


class QuoteSerializer(serializers.Serializer):
    """A service on offer, or one that is not: then `code` and `sentence` say why."""

    account_id = serializers.UUIDField()
    account = serializers.CharField()
    carrier = serializers.CharField()
    service = serializers.CharField()
    name = serializers.CharField()
    offered = serializers.BooleanField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True, normalize_output=True)
    currency = serializers.CharField()
    promised_at = serializers.DateTimeField(allow_null=True)
    code = serializers.CharField()
    sentence = serializers.CharField()


class QuotesSerializer(serializers.Serializer):
    results = QuoteSerializer(many=True)


class ShipmentDraftSerializer(RateQuery):
    account_ids = None
    account_id = serializers.UUIDField(required=False, allow_null=True, help_text="The oldest, when left out.")
    service = serializers.CharField(default="", allow_blank=True, max_length=40, help_text="The cheapest, when empty.")
    reference = serializers.CharField(default="", allow_blank=True, max_length=200)


class PurchaseSerializer(serializers.ModelSerializer):
    """How far the label is. `unknown`: the carrier is asked again by itself, under the same key."""

    class Meta:
        model = LabelPurchase
        fields = ["id", "state", "attempts", "error_code", "error", "created_at", "bought_at", "voided_at"]


class ShipmentSerializer(serializers.Serializer):
    """A box on its way. Who may not see customers gets null for `ship_to`."""

    id = serializers.UUIDField()
    account_id = serializers.UUIDField()
    account = serializers.CharField(source="account.name")
    carrier = serializers.CharField(source="account.carrier")
    service = serializers.CharField()
    state = serializers.ChoiceField(STATES)
    tracking_number = serializers.CharField()
    reference = serializers.CharField()
    subject_kind = serializers.CharField()
    subject_id = serializers.UUIDField(allow_null=True)
    origin = AddressSerializer()
    ship_to = serializers.SerializerMethodField()
    weight_g = serializers.IntegerField()
    length_mm = serializers.IntegerField(allow_null=True)
    width_mm = serializers.IntegerField(allow_null=True)
    height_mm = serializers.IntegerField(allow_null=True)
    quoted = serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True, normalize_output=True)
    currency = serializers.CharField()
    promised_at = serializers.DateTimeField(allow_null=True)
    labelled_at = serializers.DateTimeField(allow_null=True)
    handed_over_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    last_scan_at = serializers.DateTimeField(allow_null=True)
    last_scan_place = serializers.CharField()
    has_label = serializers.SerializerMethodField(help_text="`label.pdf` and `label.zpl` below this address answer.")
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()

    def get_ship_to(self, shipment) -> dict | None:
        return shipment.ship_to if unit().actor.permits(CUSTOMERS) else None

    def get_has_label(self, shipment) -> bool:
        return shipment.label_pdf_id is not None


class OneShipmentSerializer(ShipmentSerializer):
    purchase = PurchaseSerializer(allow_null=True, help_text="The last attempt at a label.")


class VoidSerializer(serializers.Serializer):
    reason = serializers.CharField(default="", allow_blank=True, max_length=300)


class EventSerializer(serializers.ModelSerializer):
    state = serializers.SerializerMethodField(help_text="The state of a parcel after such a scan.")

    class Meta:
        model = TrackingEvent
        fields = ["code", "state", "occurred_at", "received_at", "place", "description", "source_id"]

    def get_state(self, event: TrackingEvent) -> str:
        return CODES[event.code]


class ScanSerializer(serializers.Serializer):
    source_id = serializers.CharField(max_length=200, help_text="Yours; the same on every copy of this scan.")
    code = serializers.ChoiceField(list(CODES))
    occurred_at = serializers.DateTimeField()
    place = serializers.CharField(default="", allow_blank=True, max_length=200)
    description = serializers.CharField(default="", allow_blank=True, max_length=500)


class ShipmentQuery(serializers.Serializer):
    state = serializers.ChoiceField(STATES, required=False)
    view = serializers.ChoiceField(VIEWS, required=False)
    account_id = serializers.UUIDField(required=False)
    subject_id = serializers.UUIDField(required=False, help_text="What is in it, like a parcel.")
    tracking_number = serializers.CharField(required=False)
    cursor = serializers.CharField(required=False, help_text="From `next` or `previous`.")
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=250, help_text="50 by default.")


class MessageQuery(serializers.Serializer):
    state = serializers.ChoiceField(["due", "done", "failed"], required=False)
    account_id = serializers.UUIDField(required=False)
    cursor = serializers.CharField(required=False)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=250)


class TrackingMessageSerializer(serializers.ModelSerializer):
    class Meta:
        model = TrackingMessage
        fields = ["id", "account_id", "message_id", "state", "attempts", "error", "body", "due_at", "received_at"]


def hook_url(account_id: UUID) -> str:
    """Where a carrier posts its scans."""
    tenant = Tenant.objects.get(id=unit().tenant_id)
    path = reverse("carrier_hook", kwargs={"tenant": tenant.public_id, "account_id": account_id})
    return settings.BASE_URL.rstrip("/") + path


def box_from(given: dict) -> Box:
    return Box(given["weight_g"], given.get("length_mm"), given.get("width_mm"), given.get("height_mm"))


def draft_from(given: dict) -> ShipmentDraft:
    return ShipmentDraft(
        origin=address_from(given["origin"]), ship_to=address_from(given["ship_to"]), box=box_from(given),
        account_id=given.get("account_id"), service=given["service"], reference=given["reference"],
    )  # fmt: skip


def address_from(given: dict) -> Address:
    return Address.from_json({**given, "country": given.get("country", "").upper()})
