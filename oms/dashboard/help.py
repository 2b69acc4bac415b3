"""The help page: the keys, and the words each state is shown with."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from oms.dashboard.templatetags.oms import badge
from oms.dashboard.vocabulary import AXES


def help_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Help for everyone who may see the frame."""
    titles = {
        "order": _("Order"),
        "fulfillment": _("Fulfillment"),
        "payment": _("Payment"),
        "money": _("Payments and refunds"),
        "work": _("Work on the floor"),
        "shipment": _("Parcel"),
        "hold": _("Hold"),
        "job": _("Job"),
        "delivery": _("Event delivery"),
        "import": _("Import"),
        "connection": _("Connection of a channel"),
        "inbound": _("Message of a channel"),
        "message": _("Mail to a customer"),
        "return": _("Return"),
        "count": _("Count of stock"),
        "replenishment": _("Transfers and purchase orders"),
        "bill": _("Suppliers' bills"),
        "supplier_return": _("Goods sent back to suppliers"),
        "assembly": _("Assembly orders"),
    }
    axes = [(titles[axis], [badge(code, axis) for code in codes]) for axis, codes in AXES.items()]
    return render(request, "dashboard/help.html", {"axes": axes})
