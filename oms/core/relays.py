"""Addresses that are a marketplace's own, made for one order: mail reaches the buyer through them while it lasts.

They are used for nothing but that order: not to recognise a customer, not to ask how it was. The domains are
those the marketplaces document for masked buyer addresses.
"""

RELAYS = (
    "marketplace.amazon.com", "marketplace.amazon.ca", "marketplace.amazon.co.uk", "marketplace.amazon.de",
    "marketplace.amazon.fr", "marketplace.amazon.it", "marketplace.amazon.es", "marketplace.amazon.nl",
    "marketplace.amazon.se", "marketplace.amazon.pl", "marketplace.amazon.co.jp", "marketplace.amazon.com.au",
    "marketplace.amazon.in", "members.ebay.com", "members.ebay.co.uk", "members.ebay.de", "privaterelay.appleid.com",
    "relay.walmart.com", "scs.tiktokw.us", "message.etsy.com", "mail.otto.market", "customer.zalando.com",
)  # fmt: skip
_ENDINGS = tuple(f".{each}" for each in RELAYS)


def is_relay_address(email: str) -> bool:
    """Whether the address hides its owner behind a marketplace, whose subdomains count too."""
    return f".{email.rpartition('@')[2].strip().lower()}".endswith(_ENDINGS)
