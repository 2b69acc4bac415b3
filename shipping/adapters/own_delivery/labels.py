"""The label of 4×6 inches, as PDF and as ZPL, each with the tracking number as Code 128."""

import base64
from dataclasses import dataclass
from textwrap import wrap

from django.template.loader import render_to_string

from oms.core.addresses import Address
from oms.core.documents import render_pdf
from shipping.adapters.own_delivery.numbers import in_groups
from shipping.adapters.port import LabelRequest

LINE_MAX, LINES_MAX = 42, 8


@dataclass(frozen=True)
class Sheet:
    """What stands on a label."""

    number: str
    service: str
    request: LabelRequest
    is_sample: bool

    def context(self) -> dict[str, object]:
        request = self.request
        return {
            "number": self.number,
            "grouped": in_groups(self.number),
            "service": self.service,
            "sender": _lines(request.origin)[:5],
            "receiver": _lines(request.ship_to)[:LINES_MAX],
            "postcode": request.ship_to.postcode,
            "country": request.ship_to.country,
            "weight": f"{request.box.weight_g / 1000:.2f} kg",
            "reference": request.reference[:LINE_MAX],
            "date": request.at.date().isoformat(),
            "is_sample": self.is_sample,
        }


def pdf(sheet: Sheet) -> bytes:
    return render_pdf(render_to_string("shipping/label.html", {**sheet.context(), "barcode": _barcode(sheet.number)}))


def zpl(sheet: Sheet) -> str:
    """For a printer of 203 dots an inch. What would be a command in it is written as a number (``^FH``)."""
    context = {
        name: [_escaped(line) for line in value] if isinstance(value, list) else _escaped(value)
        for name, value in sheet.context().items()
    }
    return render_to_string("shipping/label.zpl", context)


def _lines(address: Address) -> list[str]:
    """Names may be cut; a street is not, since its number may stand at its end. The country is printed large below."""
    names = [each[:LINE_MAX] for each in (address.name, address.company)]
    streets = [line for each in (address.line1, address.line2) for line in wrap(each, LINE_MAX)]
    town = f"{address.postcode} {address.city}".strip()
    return [line for line in (*names, *streets, *wrap(town, LINE_MAX), address.region[:LINE_MAX]) if line]


def _barcode(number: str) -> str:
    import zxingcpp

    svg = zxingcpp.create_barcode(number, zxingcpp.BarcodeFormat.Code128).to_svg(add_quiet_zones=False)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _escaped(value: object) -> object:
    if not isinstance(value, str):
        return value
    plain = "".join(each if each.isprintable() else " " for each in value)
    return plain.replace("_", "_5F").replace("^", "_5E").replace("~", "_7E")
