"""Codes that are no goods, and what each means. A merchant may change the table for every import."""

from collections.abc import Mapping

GOODS, SHIPPING, DISCOUNT, FEE, ADJUSTMENT, VOUCHER, SAMPLE, BAD_DEBT = (
    "goods", "shipping", "discount", "fee", "adjustment", "voucher", "sample", "bad_debt",
)  # fmt: skip
KINDS = (GOODS, SHIPPING, DISCOUNT, FEE, ADJUSTMENT, VOUCHER, SAMPLE, BAD_DEBT)
# Money between the merchant and a bank, marketplace or charity: alone on a document, it is no order.
NEVER_AN_ORDER = frozenset({FEE, BAD_DEBT})

# A code, or the beginning of one with "*" behind it; compared in capitals.
DEFAULT_RULES: Mapping[str, str] = {
    "POST": SHIPPING, "DOT": SHIPPING, "C2": SHIPPING, "POSTAGE": SHIPPING, "SHIPPING": SHIPPING,
    "D": DISCOUNT, "DISCOUNT": DISCOUNT,
    "M": ADJUSTMENT,
    "S": SAMPLE,
    "BANK CHARGES": FEE, "AMAZONFEE": FEE, "CRUK": FEE,
    "B": BAD_DEBT,
    "GIFT_0001_*": VOUCHER,
}  # fmt: skip


# Most codes of a file come again and again.
REMEMBERED = 50_000


class KindRules:
    """Answers for a code, with the table split once into whole codes and beginnings."""

    def __init__(self, rules: Mapping[str, str]) -> None:
        capital = {code.strip().upper(): kind for code, kind in rules.items()}
        self.whole = {code: kind for code, kind in capital.items() if not code.endswith("*")}
        self.known: dict[str, str] = {}
        self.beginnings = [(code[:-1], kind) for code, kind in capital.items() if code.endswith("*")]

    def kind_of(self, sku_key: str) -> str:
        kind = self.whole.get(sku_key) or self.known.get(sku_key)
        if kind is None:
            kind = next((kind for start, kind in self.beginnings if sku_key.startswith(start)), GOODS)
            if len(self.known) < REMEMBERED:
                self.known[sku_key] = kind
        return kind
