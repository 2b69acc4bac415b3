"""Can it be delivered, does it name things we have, must it be paid first?"""

from oms.core.addresses import address_problems
from orders.screening.sheet import HoldWanted, Sheet, Verdict

PAID = ("authorised", "paid")
FREE_LINE_POINTS, FREE_POINTS_MAX = 5, 10

Finding = tuple[list[Verdict], list[HoldWanted]]


def check_address(sheet: Sheet) -> Finding:
    """A parcel needs an address that its country's post would accept."""
    if not sheet.needs_shipping:
        return [Verdict("address", True, "Nothing here needs to be shipped.")], []
    if not sheet.ship_to.line1 and not sheet.address_known:
        return [Verdict("address", True, "Where this came from carries no addresses, so none was checked.")], []
    if sheet.ship_to.is_empty:
        return _bad_address("There is no address to deliver to.", {})
    problems = address_problems(sheet.ship_to)
    if problems:
        evidence = {"problems": [{"field": each.field, "message": each.message} for each in problems]}
        return _bad_address(" ".join(each.message for each in problems), evidence)
    return [Verdict("address", True, f"The address has the form that {sheet.ship_to.country} asks for.")], []


def _bad_address(reason: str, evidence: dict) -> Finding:
    return [Verdict("address", False, reason, evidence=evidence)], [HoldWanted("address", reason, evidence=evidence)]


def check_lines(sheet: Sheet) -> Finding:
    """Every goods line names an item; what is given away is noted."""
    goods = [line for line in sheet.lines if line.kind == "goods"]
    unknown = [line for line in goods if not line.has_item]
    holds = [
        HoldWanted("unknown_sku", f"No item has the SKU “{line.sku}”. Match the line to an item.", line.line_id)
        for line in unknown
    ]
    verdicts = []
    if unknown:
        skus = ", ".join(f"“{line.sku}”" for line in unknown[:5]) + (" and more" if len(unknown) > 5 else "")
        verdicts.append(
            Verdict("lines", False, f"No item has the SKU {skus}.", evidence={"skus": [line.sku for line in unknown]})
        )
    else:
        verdicts.append(Verdict("lines", True, "Every line names something we know."))
    free = [line for line in goods if line.unit_price == 0]
    if free:
        points = min(FREE_LINE_POINTS * len(free), FREE_POINTS_MAX)
        words = "One line is" if len(free) == 1 else f"{len(free)} lines are"
        verdicts.append(
            Verdict(
                "free_lines", False, f"{words} free of charge.", points, {"lines": [line.position for line in free]}
            )
        )
    return verdicts, holds


def check_payment(sheet: Sheet) -> Finding:
    """Only orders whose source asks for it must be paid before they go on."""
    if not sheet.payment_required:
        return [Verdict("payment", True, "Payment is not required before shipping.")], []
    if sheet.payment_state in PAID:
        return [Verdict("payment", True, "It is paid for.")], []
    reason = "It must be paid before it goes on, and it is not."
    evidence = {"payment_state": sheet.payment_state}
    return [Verdict("payment", False, reason, evidence=evidence)], [HoldWanted("payment", reason, evidence=evidence)]
