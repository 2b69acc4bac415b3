"""The pick list on paper: one page per fulfillment order, with a code that opens it when scanned."""

import base64
from collections.abc import Sequence

from django.template.loader import render_to_string

from fulfillment.floor.views import views_of
from fulfillment.models import FulfillmentOrder
from oms.core.documents import render_pdf


def pick_list_pdf(works: Sequence[FulfillmentOrder]) -> bytes:
    """In walking order, with a box to tick per line."""
    pages = [{"view": view, "barcode": _barcode(f"F{view.work.number}")} for view in views_of(works)]
    return render_pdf(render_to_string("fulfillment/pick_list.html", {"pages": pages}))


def _barcode(text: str) -> str:
    import zxingcpp

    svg = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128).to_svg(add_quiet_zones=False)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
