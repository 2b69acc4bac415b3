"""Letters to our own people about stock."""

from collections.abc import Sequence
from itertools import groupby

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from inventory.models import StockAlert
from inventory.stock.alerting import DEAD, EXPIRING, LOW, OUT, OVER_RESERVED, OVERSELL_RISK
from oms.core.models import Tenant

WORDS = {
    OUT: "Out of stock", LOW: "Low", OVERSELL_RISK: "Less left than a day sells, and nothing kept back",
    OVER_RESERVED: "More promised than is here and on its way", EXPIRING: "Expires soon", DEAD: "Does not sell",
}  # fmt: skip


def alert_letter(alerts: Sequence[StockAlert], mail_to: Sequence[str], merchant: Tenant) -> EmailMessage:
    """All of them in one letter, by kind; ``alerts`` come in the order of their kinds."""
    context = {
        "merchant": merchant,
        "groups": [(WORDS[kind], list(rows)) for kind, rows in groupby(alerts, lambda each: each.kind)],
        "url": f"{settings.BASE_URL}/m/{merchant.slug}/inventory/alerts/",
    }
    subject = f"{len(alerts)} stock alerts of {merchant.name}" if len(alerts) > 1 else _about_one(alerts[0], merchant)
    text = render_to_string("inventory/mail/stock_alerts.txt", context)
    return EmailMessage(subject.replace("\n", " "), text, to=list(mail_to))


def _about_one(alert: StockAlert, merchant: Tenant) -> str:
    return f"{alert.item.sku}: {WORDS[alert.kind].lower()} ({merchant.name})"
