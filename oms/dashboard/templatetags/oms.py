"""Template tags of the dashboard: `{% load oms %}`.

Tags that format read the merchant from the request, so a template never names a locale or a zone.
They are tags and plain strings rather than components wherever a page repeats them per row.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from uuid import uuid4

import lucide
from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from oms.core import formatting
from oms.core.addresses import Address
from oms.core.formatting import Formats
from oms.dashboard import vocabulary

register = template.Library()
THEMES = {"light", "dark"}
ICON_SIZE = 16


def _formats(context: template.Context) -> Formats:
    return Formats.of(getattr(context.get("request"), "merchant", None))


@register.simple_tag(takes_context=True)
def money(context: template.Context, amount: Decimal | None, currency: str = "") -> SafeString:
    """`{% money order.total order.currency %}`; without a currency, the merchant's."""
    formats = _formats(context)
    return formatting.money(amount, currency or formats.currency, formats)


@register.simple_tag(takes_context=True)
def moment(context: template.Context, value: datetime | None) -> SafeString:
    """A moment in the merchant's zone, as short as it can be said."""
    return formatting.moment(value, timezone.now(), _formats(context))


@register.simple_tag(takes_context=True)
def ago(context: template.Context, value: datetime | None) -> SafeString:
    """A moment as a distance, within a day of now."""
    return formatting.ago(value, timezone.now(), _formats(context))


@register.simple_tag(takes_context=True)
def deadline(context: template.Context, value: datetime | None) -> SafeString:
    """A deadline as clock time and distance."""
    return formatting.deadline(value, timezone.now(), _formats(context))


@register.simple_tag(takes_context=True)
def day(context: template.Context, value: date | None) -> SafeString:
    """A calendar day."""
    return formatting.day(value, timezone.now(), _formats(context))


@register.simple_tag(takes_context=True)
def number(context: template.Context, value: int | Decimal | None) -> str:
    """A number with the merchant's separators; unknown is a dash."""
    return formatting.number_text(value, _formats(context))


@register.simple_tag(takes_context=True)
def count(context: template.Context, value: int | None, cap: int = 1000) -> str:
    """A count that was capped when it was made: `1,000+`."""
    return formatting.count_text(value, _formats(context), cap)


@register.simple_tag(takes_context=True)
def weight(context: template.Context, grams: int | None) -> str:
    """A weight in the units of the merchant's country."""
    return formatting.weight_text(grams, _formats(context))


@register.filter
def address_lines(address: Address | dict | None) -> list[str]:
    """The lines of an address in its country's order; `{{ order.ship_to|address_lines|join:", " }}` in tables."""
    return formatting.address_lines(address)


@register.filter
def badge(code: str | None, axis: str = "") -> SafeString:
    """`{{ order.payment_state|badge:"payment" }}`: the status words of `vocabulary`, cheap enough for rows."""
    return _badge(str(code), axis, get_language()) if code else mark_safe("")


@lru_cache(maxsize=1024)
def _badge(code: str, axis: str, language: str) -> SafeString:
    """Drawn once per language and process: a list shows the same few, three to a row."""
    status = vocabulary.status_of(code, axis)
    return format_html('<span class="badge badge-{}">{}{}</span>', status.tone, icon(status.icon, 12), status.word)


@register.simple_tag
def tone_icon(tone: str, size: int = 12) -> SafeString:
    """The icon that says a tone without its colour."""
    return icon(vocabulary.TONE_ICONS[tone], size)


@register.simple_tag
def icon(name: str, size: int = ICON_SIZE) -> SafeString:
    """A Lucide icon that repeats what the words beside it say (so readers skip it), drawn once per process."""
    return mark_safe(_drawn(str(name), size))


@lru_cache(maxsize=512)
def _drawn(name: str, size: int) -> str:
    return lucide._render_icon(name, size, **{"class": "icon", "aria-hidden": "true"})


@register.simple_tag
def idempotency_key() -> SafeString:
    """The hidden field that makes a form's POST count once, however often it is sent."""
    return format_html('<input type="hidden" name="idempotency_key" value="{}">', uuid4())


@register.simple_tag
def unique_id(prefix: str) -> str:
    """An element id that no other render of the same component has."""
    return f"{prefix}-{uuid4().hex[:8]}"


@register.simple_tag(takes_context=True)
def preferences(context: template.Context) -> SafeString:
    """Attributes of `<html>` for choices kept on this device (a cookie, so that the first paint has them)."""
    cookies = getattr(context.get("request"), "COOKIES", {})
    chosen = [("data-theme", cookies.get("theme"))] if cookies.get("theme") in THEMES else []
    return format_html_join("", ' {}="{}"', chosen)


@register.filter
def field_kind(field: object) -> str:
    """How a form field is laid out: `check` (box, then label), `group` (a fieldset of choices) or `line`."""
    widget = field.field.widget
    if getattr(widget, "input_type", "") == "checkbox" and not hasattr(widget, "choices"):
        return "check"
    return "group" if field.use_fieldset else "line"


@register.filter
def permits(actor: object, verb: str) -> bool:
    """May this actor use the verb? ``{% if request.actor|permits:"orders.place" %}``."""
    return actor.permits(verb)
