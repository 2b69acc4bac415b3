"""What a document is. The questions are asked in this order, and the first yes decides."""

from dataclasses import dataclass

from channels.documents.outcomes import (
    ADJUSTMENT,
    CANCELLATION,
    CLOSED,
    CONFLICT,
    DUPLICATE,
    ERROR,
    ORDER,
    STOCK_NOTE,
    Verdict,
)
from channels.documents.reading import LINES_MAX, Document, Line
from channels.mapping.countries import country_code
from channels.mapping.kinds import DISCOUNT, NEVER_AN_ORDER
from channels.mapping.options import Options

FULFILLED = {"fulfilled", "shipped", "restocked"}


@dataclass(frozen=True)
class Known:
    """The same number, here already: ``content`` is empty when it did not come from a file."""

    label: str
    content: str = ""


@dataclass(frozen=True)
class Classified:
    """The document's verdict, and those of its rows that have a reason of their own."""

    verdict: Verdict
    rows: dict[int, Verdict]

    def of(self, row: int) -> Verdict:
        return self.rows.get(row, self.verdict)


def classify(document: Document, options: Options, known: Known | None = None) -> Classified:
    """Errors are told before anything else; a credit is a `CANCELLATION` here until it is matched."""
    errors = _errors(document)
    if errors:
        return errors
    if known is not None:
        return _all(_seen_before(document, known))
    if _is_credit(document, options):
        return _all(Verdict(CANCELLATION))
    verdict = _not_an_order(document, options)
    if verdict is not None:
        return _all(verdict)
    return _sale(document, options)


def _all(verdict: Verdict) -> Classified:
    return Classified(verdict, {})


def _errors(document: Document) -> Classified | None:
    """One bad row refuses the whole document: half an order would be worse than none."""
    bad = {line.row: Verdict(ERROR, line.reason, line.field) for line in document.lines if line.reason}
    if bad:
        return _refused(document, bad)
    if document.problem:
        return _all(Verdict(ERROR, document.problem, document.field))
    if len(document.lines) > LINES_MAX:
        return _all(Verdict(ERROR, f"An order has at most {LINES_MAX:,} lines; this has {len(document.lines):,}."))
    return None


def _refused(document: Document, bad: dict[int, Verdict]) -> Classified:
    first = min(bad)
    reason = f"Row {first} of the same document has an error, so none of it is placed."
    whole = Verdict(ERROR, reason) if len(bad) < len(document.lines) else bad[first]
    return Classified(whole, bad)


def _seen_before(document: Document, known: Known) -> Verdict:
    if known.content == document.content:
        return Verdict(DUPLICATE, f"Imported before, as {known.label}. Nothing is done twice.")
    if not known.content:
        return Verdict(CONFLICT, f"{known.label} has this number and did not come from a file. Compare them by hand.")
    return Verdict(CONFLICT, f"Imported before as {known.label}, with other rows. Change that order by hand.")


def _numbered(key: str, prefix: str) -> bool:
    rest = key[len(prefix) :]
    return bool(prefix) and key.startswith(prefix) and rest[:1].isdigit()


def _is_credit(document: Document, options: Options) -> bool:
    return _numbered(document.key, options.cancel_prefix) and all(line.quantity < 0 for line in document.lines)


def _not_an_order(document: Document, options: Options) -> Verdict | None:
    lines, texts = document.lines, document.texts
    if _numbered(document.key, options.adjustment_prefix) and not any(line.kind == "goods" for line in lines):
        return Verdict(ADJUSTMENT, "An accounting adjustment, not an order: book it in the accounts.")
    if all(line.kind in NEVER_AN_ORDER for line in lines):
        return Verdict(ADJUSTMENT, "Nothing but fees, bank charges or bad debt: not an order.")
    free = all(line.price == 0 for line in lines)
    nobody = not (texts.get("customer_id") or texts.get("email") or texts.get("customer_name"))
    if free and nobody and all(line.quantity < 0 for line in lines):
        return Verdict(STOCK_NOTE, f"Stock written off by hand ({_said(lines)}): adjust the stock if it still holds.")
    if free and nobody and options.zero_price == "note":
        return Verdict(STOCK_NOTE, f"Free and for nobody ({_said(lines)}): a note about stock, not an order.")
    if texts.get("cancelled_at"):
        return Verdict(CLOSED, f"Cancelled in the shop on {texts['cancelled_at']}.")
    if texts.get("fulfillment_state", "").lower() in FULFILLED:
        return Verdict(CLOSED, "Fulfilled in the shop already: there is nothing left to ship.")
    return None


def _said(lines: tuple[Line, ...]) -> str:
    return next((line.title[:60] for line in lines if line.title), "no description")


def _sale(document: Document, options: Options) -> Classified:
    bad = {}
    for line in document.lines:
        if line.quantity < 0 and line.kind != DISCOUNT:
            bad[line.row] = Verdict(
                ERROR, "A negative quantity on an order. Credits are documents of their own"
                f"{f', numbered {options.cancel_prefix}…' if options.cancel_prefix else ''}.", "quantity"
            )  # fmt: skip
        elif line.price is not None and line.price < 0 and not _may_be_negative(line, options):
            bad[line.row] = Verdict(
                ERROR, "A negative price. Choose “adjustment” for negative prices to keep such lines.", "unit_price"
            )
    if bad:
        return _refused(document, bad)
    for name in ("ship_country", "bill_country"):
        given = document.texts.get(name, "")
        if given and country_code(given) is None:
            return _all(Verdict(ERROR, f"“{given[:60]}” is not a country we know. Use a name or a code like GB.", name))
    return _all(Verdict(ORDER))


def _may_be_negative(line: Line, options: Options) -> bool:
    return line.kind != "goods" or options.negative_price == "adjustment"
