"""How a SKU or code is compared. Pure."""


def sku_key(text: str) -> str:
    """The text as SKUs and codes are compared: capitals, no surrounding blanks."""
    return text.strip().upper()
