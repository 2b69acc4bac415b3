"""From JSON to an order's draft: the shape in which the API and a channel's hook send orders.

One reader for one order and for a thousand: it costs a tenth of a serializer, and knows the same fields
(a test compares them with the documented ones).
"""

from oms.core.addresses import Address
from oms.core.errors import FieldError, OmsError
from oms.core.money import ZERO
from oms.core.reading import Fields, uuid_in
from orders.placing.drafts import BACKORDER, REFUSE, LineDraft, OrderDraft, PaymentDraft

ADDRESS_TEXTS = ("name", "company", "line1", "line2", "city", "region", "postcode", "country", "phone")
ADDRESS_FIELDS = (*ADDRESS_TEXTS, "latitude", "longitude")
LINE_FIELDS = ("sku", "title", "quantity", "unit_price", "discount", "tax", "kind", "attributes")
CUSTOMER_FIELDS = ("name", "email", "phone", "external_id")
ORDER_FIELDS = (
    "channel", "external_id", "currency", "placed_at", "customer", "ship_to", "bill_to", "lines", "shipping",
    "discount", "tax_included", "payment_state", "tags", "customer_note", "attributes", "on_shortage",
    "on_unknown_sku", "payments", "cart_id",
)  # fmt: skip
PAYMENT_FIELDS = ("amount", "method", "gateway", "reference", "authorised_only", "base_currency", "base_rate")
# Where placing names a draft's field, the JSON has it in the customer.
NAMES = {
    "email": "customer.email", "phone": "customer.phone", "customer_name": "customer.name",
    "customer_external_id": "customer.external_id",
}  # fmt: skip


def read_order(data: object) -> OrderDraft:
    """Raises `Invalid` naming every field that cannot be read."""
    order = Fields(data, "", ORDER_FIELDS)
    channel = order.text("channel")
    customer = order.nested("customer", CUSTOMER_FIELDS)
    draft = OrderDraft(
        channel_id=uuid_in(channel),
        channel="" if uuid_in(channel) else channel,
        external_id=order.text("external_id"),
        currency=order.text("currency"),
        placed_at=order.moment("placed_at"),
        email=customer.text("email"),
        phone=customer.text("phone"),
        customer_name=customer.text("name"),
        customer_external_id=customer.text("external_id"),
        ship_to=_address(order.nested("ship_to", ADDRESS_FIELDS)),
        bill_to=_address(order.nested("bill_to", ADDRESS_FIELDS)),
        lines=tuple(_line(line) for line in order.rows("lines", LINE_FIELDS)),
        shipping=order.amount("shipping", ZERO) or ZERO,
        discount=order.amount("discount", ZERO) or ZERO,
        tax_included=order.flag("tax_included"),
        payment_state=order.text("payment_state", "unpaid"),
        payments=tuple(read_payment(each) for each in order.rows("payments", PAYMENT_FIELDS)),
        tags=order.texts("tags"),
        customer_note=order.text("customer_note"),
        attributes=order.mapping("attributes"),
        on_shortage=order.text("on_shortage", BACKORDER),
        on_unknown_sku=order.text("on_unknown_sku", REFUSE),
        cart_id=order.key("cart_id"),
    )
    order.check()
    return draft


def read_address(data: object, path: str) -> Address:
    """An address by itself. Raises `Invalid`."""
    fields = Fields(data, path, ADDRESS_FIELDS)
    address = _address(fields)
    fields.check()
    return address


def renamed(error: OmsError) -> OmsError:
    """The same refusal, its fields named as they were sent. A field we do not know is so named already."""
    error.fields = tuple(
        each if each.code == "unknown_field" else FieldError(NAMES.get(each.field, each.field), each.code, each.message)
        for each in error.fields
    )
    return error


def _address(fields: Fields) -> Address:
    return Address(
        **{name: fields.text(name) for name in ADDRESS_TEXTS},
        latitude=fields.degrees("latitude"),
        longitude=fields.degrees("longitude"),
    )


def read_payment(fields: Fields) -> PaymentDraft:
    return PaymentDraft(
        amount=fields.amount("amount", ZERO) or ZERO,
        method=fields.text("method", "other"),
        gateway=fields.text("gateway", "manual"),
        reference=fields.text("reference"),
        authorised_only=fields.flag("authorised_only"),
        base_currency=fields.text("base_currency"),
        base_rate=fields.amount("base_rate", None),
    )


def _line(fields: Fields) -> LineDraft:
    return LineDraft(
        sku=fields.text("sku"),
        title=fields.text("title"),
        quantity=fields.whole("quantity"),
        unit_price=fields.amount("unit_price", None),
        discount=fields.amount("discount", ZERO) or ZERO,
        tax=fields.amount("tax", ZERO) or ZERO,
        kind=fields.text("kind", "goods"),
        attributes=fields.mapping("attributes"),
    )
