"""Signals of fraud. Each rule gives points and says why; alone, none of them condemns an order."""

from collections.abc import Callable, Iterator

from orders.screening.sheet import Sheet, Verdict

THRESHOLD = 50
MANY_ORDERS = 3
MANY_UNITS = 100
NIGHT = range(1, 5)
MANY_DIGITS = 6

Rule = Callable[[Sheet], Verdict | None]
_rules: list[Rule] = []


def _rule(rule: Rule) -> Rule:
    _rules.append(rule)
    return rule


def signals(sheet: Sheet) -> Iterator[Verdict]:
    """What the rules have against this order."""
    for rule in _rules:
        verdict = rule(sheet)
        if verdict is not None:
            yield verdict


def _signal(check: str, points: int, sentence: str, **evidence: object) -> Verdict:
    return Verdict(check, False, sentence, points, evidence)


@_rule
def countries_differ(sheet: Sheet) -> Verdict | None:
    bill, ship = sheet.bill_to.country, sheet.ship_to.country
    if bill and ship and bill != ship:
        return _signal("countries_differ", 20, f"Billed to {bill}, but delivered to {ship}.", bill=bill, ship=ship)
    return None


@_rule
def names_differ(sheet: Sheet) -> Verdict | None:
    bill, ship = sheet.bill_to.name.casefold(), sheet.ship_to.name.casefold()
    if bill and ship and bill != ship:
        return _signal("names_differ", 5, "Billed to one person and delivered to another.")
    return None


@_rule
def disposable_email(sheet: Sheet) -> Verdict | None:
    from disposable_email_domains import blocklist

    domain = sheet.email.rpartition("@")[2]
    if domain and domain in blocklist:
        return _signal("disposable_email", 30, f"The e-mail address is a throw-away one ({domain}).", domain=domain)
    return None


@_rule
def email_of_digits(sheet: Sheet) -> Verdict | None:
    name = sheet.email.partition("@")[0]
    if sum(letter.isdigit() for letter in name) >= MANY_DIGITS:
        return _signal("email_of_digits", 10, "The e-mail address is mostly digits.")
    return None


@_rule
def high_first_order(sheet: Sheet) -> Verdict | None:
    if sheet.is_first_order and sheet.high_value is not None and sheet.total >= sheet.high_value:
        return _signal(
            "high_first_order", 25, f"A first order, and a large one: {sheet.total:.2f} {sheet.currency}.",
            total=str(sheet.total), from_value=str(sheet.high_value),
        )  # fmt: skip
    return None


@_rule
def many_from_one_email(sheet: Sheet) -> Verdict | None:
    if sheet.email and sheet.recent_same_email >= MANY_ORDERS:
        count = sheet.recent_same_email
        return _signal(
            "many_from_one_email", 25, f"{count} orders in ten minutes from this e-mail address.", count=count
        )
    return None


@_rule
def many_to_one_address(sheet: Sheet) -> Verdict | None:
    count = sheet.recent_to_address
    if count >= MANY_ORDERS:
        sentence = f"{count} e-mail addresses ordered to this postal address in ten minutes."
        return _signal("many_to_one_address", 25, sentence, count=count)
    return None


@_rule
def many_units(sheet: Sheet) -> Verdict | None:
    most = max((line.quantity for line in sheet.lines if line.kind == "goods"), default=0)
    if sheet.is_first_order and most >= MANY_UNITS:
        return _signal("many_units", 15, f"A first order for {most:,} units of one item.", quantity=most)
    return None


@_rule
def at_night(sheet: Sheet) -> Verdict | None:
    if sheet.local_hour in NIGHT:
        return _signal("at_night", 5, f"Placed at an unusual hour, after {sheet.local_hour}:00.", hour=sheet.local_hour)
    return None
