"""How an order's timeline says that no mail was wanted about something. Pure."""


def quietly(tell_customer: bool) -> str:
    """Words to put behind what was done."""
    return "" if tell_customer else ", without telling the customer"
