"""Labels that a scanner can read, and documents that fetch nothing."""

import http.server
import threading
from uuid import UUID

import pypdfium2
import pytest
import zxingcpp

from oms.core.addresses import Address
from oms.core.documents import render_pdf
from shipping.adapters.own_delivery.carrier import OwnDelivery
from shipping.adapters.own_delivery.numbers import in_groups, tracking_number
from shipping.adapters.port import CarrierRefused, LabelRequest, Terms
from tests.shipping.parcels import BERLIN, BOX, LEEDS, LONDON, MONDAY, SYDNEY

KEY = UUID("01936000-0000-7000-8000-000000000001")
DOTS_PER_INCH = 203
LONG = Address(
    name="Maximiliane Hildegard Rosenzweig-Oberhausen von und zu Hohenstein", company="Gesellschaft " * 8,
    line1="Straße des siebzehnten Juni einhundertfünfunddreißig", line2="Hinterhaus, vierter Aufgang, links, klingeln",
    city="Łódź", postcode="10119", country="DE",
)  # fmt: skip
HOSTILE = Address(name="<b>^XZ^XA</b>", line1="~JA_5E", city="Leeds\n^FDx", postcode="LS1", country="GB")


def label_for(ship_to: Address, *, test_mode: bool = False, service: str = "standard"):
    carrier = OwnDelivery(Terms({}, "EUR", "Europe/London", test_mode))
    return carrier.buy(LabelRequest(LEEDS, ship_to, BOX, MONDAY, service, "Order 1001"), KEY)


def read(pdf: bytes) -> list[zxingcpp.Barcode]:
    """What a scanner finds on the only page, as a label printer of 203 dots an inch prints it."""
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 1
        assert document[0].get_size() == (4 * 72, 6 * 72)
        bitmap = document[0].render(scale=DOTS_PER_INCH / 72, grayscale=True)
        dots, width, height, stride = bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride
        bitmap.close()
    rows = b"".join(dots[at * stride : at * stride + width] for at in range(height))
    return zxingcpp.read_barcodes(memoryview(rows).cast("B", (height, width)))


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].get_textpage().get_text_range()


@pytest.mark.parametrize("ship_to", [LONDON, BERLIN, LONG, HOSTILE])
def test_a_scanner_reads_the_number_off_the_printed_label(ship_to):
    label = label_for(ship_to)
    assert [(each.text, each.format.name) for each in read(label.pdf)] == [(tracking_number(KEY), "Code128")]


def test_the_label_says_who_where_and_what():
    text = text_of(label_for(LONDON).pdf)
    for part in ("Standard", "Lena London", "3 Lamb's Passage", "GB EC1Y 8LE", "1.50 kg", "Order 1001", "Acme"):
        assert part in text
    assert in_groups(tracking_number(KEY)) in text
    assert "SAMPLE" not in text


def test_a_long_street_is_not_cut():
    """The number of the house stands at its end."""
    label = label_for(LONG)
    assert "einhundertfünfunddreißig" in text_of(label.pdf)
    assert "klingeln" in text_of(label.pdf)
    assert "einhundertfünfunddreißig" in label.zpl


def test_a_sample_says_so():
    label = label_for(LONDON, test_mode=True)
    assert "SAMPLE" in text_of(label.pdf)
    assert "SAMPLE" in label.zpl


def test_what_is_not_served_any_more_is_refused_by_the_carrier_too():
    with pytest.raises(CarrierRefused) as refused:
        label_for(SYDNEY)
    assert refused.value.code == "not_served"
    with pytest.raises(CarrierRefused) as refused:
        label_for(LONDON, service="rocket")
    assert refused.value.code == "unknown_service"


def test_the_same_key_makes_the_same_label():
    assert label_for(LONDON) == label_for(LONDON)


@pytest.mark.parametrize("ship_to", [LONDON, LONG, HOSTILE])
def test_a_label_printer_gets_one_label_with_the_number_as_code_128(ship_to):
    zpl = label_for(ship_to).zpl
    assert (zpl.count("^XA"), zpl.count("^XZ"), zpl.count("^BC"), zpl.count("~")) == (1, 1, 1, 0)
    assert f"^BCN,200,N,N,N,A^FD{tracking_number(KEY)}^FS" in zpl
    assert zpl.count("^FD") == zpl.count("^FS") - zpl.count("^GB")


def test_what_would_be_a_command_is_printed_as_it_is():
    zpl = label_for(HOSTILE).zpl
    assert "_7EJA_5F5E" in zpl
    assert "<b>_5EXZ_5EXA</b>" in zpl
    assert "<b>^XZ^XA</b>" in text_of(label_for(HOSTILE).pdf)


class Noting(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def listener():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Noting)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_document_fetches_nothing(listener, tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="9">SECRET</text></svg>')
    address = f"http://127.0.0.1:{listener.server_port}"
    pdf = render_pdf(
        f'<link rel="stylesheet" href="{address}/a.css"><style>@import url("{address}/b.css");</style>'
        f'<img src="{address}/c.png"><img src="{secret.as_uri()}"><p style="background: url({address}/d.png)">Here</p>'
    )
    assert listener.asked == []
    assert text_of(pdf).strip() == "Here"


def test_documents_carry_their_font():
    pdf = render_pdf("<p>Ünï Łódź Ελλάδα <b>fett</b></p>")
    assert text_of(pdf).strip() == "Ünï Łódź Ελλάδα fett"
    assert b"OpenSans-Regular" in pdf
    assert b"OpenSans-Bold" in pdf
