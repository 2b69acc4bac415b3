"""The merchant's own settings, and making a merchant."""

from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import available_timezones

from django.utils.text import slugify

from oms.accounts import roles
from oms.accounts.actions.team import checked_limits
from oms.accounts.events import BusinessChanged
from oms.accounts.locks import lock_tenant
from oms.accounts.models import Membership
from oms.core.audit import Change, record
from oms.core.errors import FieldError, Forbidden, Invalid
from oms.core.events import publish
from oms.core.models import Tenant
from oms.core.money import is_currency
from oms.core.tenancy import unit

NAME_LENGTH_MAX = 120
SLUG_LENGTH_MAX = 50
REMORSE_MINUTES, REMORSE_MINUTES_MAX = 30, 7 * 24 * 60
RETURN_DAYS, RETURN_DAYS_MAX = 30, 365


def create_merchant(*, name: str, currency: str = "USD", country: str = "US", timezone: str = "UTC") -> Tenant:
    """A merchant with a free address made from its name, and nobody in it yet.

    The one action without a unit of work: there is no tenant before it. Raises `Invalid`.
    """
    wanted = {"name": name.strip(), "currency": currency.upper(), "country": country.upper(), "timezone": timezone}
    _check(wanted)
    return Tenant.objects.create(slug=_free_slug(name), **wanted)


def update_business(
    *,
    name: str | None = None,
    currency: str | None = None,
    timezone: str | None = None,
    country: str | None = None,
    remorse_minutes: int | None = None,
    return_days: int | None = None,
    support_email: str | None = None,
) -> Tenant:
    """Change the merchant's settings; what is None stays. Orders already placed keep their own currency.

    ``remorse_minutes`` is how long a customer may change their mind before the floor begins, ``return_days``
    how long they may send something back, ``support_email`` where they reach a person.

    Raises `Invalid` naming every bad field.
    """
    tenant = lock_tenant()
    given = {
        "name": name and name.strip(),
        "currency": currency and currency.strip().upper(),
        "timezone": timezone,
        "country": country and country.strip().upper(),
    }
    wanted = {field: value for field, value in given.items() if value is not None}
    _check(wanted)
    settings = _settings(remorse_minutes, return_days, support_email)
    if settings:
        wanted["settings"] = {**tenant.settings, **settings}
    return _change(tenant, wanted)


def _settings(remorse_minutes: int | None, return_days: int | None, support_email: str | None) -> dict:
    """Those that are given, checked."""
    if remorse_minutes is not None and not 0 <= remorse_minutes <= REMORSE_MINUTES_MAX:
        raise Invalid.field("remorse_minutes", "Give 0 minutes to a week (10,080 minutes).", "out_of_range")
    if return_days is not None and not 0 <= return_days <= RETURN_DAYS_MAX:
        raise Invalid.field("return_days", f"Give 0 to {RETURN_DAYS_MAX} days.", "out_of_range")
    if support_email and "@" not in support_email.strip(" @"):
        raise Invalid.field("support_email", "Enter an address like help@example.com.", "malformed_email")
    given = {
        "remorse_minutes": remorse_minutes, "return_days": return_days,
        "support_email": support_email if support_email is None else support_email.strip(),
    }  # fmt: skip
    return {name: value for name, value in given.items() if value is not None}


def set_role_limits(*, role: str, limits: Mapping[str, Decimal | None]) -> Tenant:
    """Set how much this role may decide alone, per verb, in place of the usual; None means without limit.

    Raises `Invalid`, and `Forbidden` for one's own role: nobody changes their own limit.
    """
    tenant = lock_tenant()
    if role not in roles.LABELS:
        raise Invalid.field("role", f"Choose from: {', '.join(roles.LABELS)}.", "unknown_role")
    stored = checked_limits(limits)
    own = Membership.objects.filter(tenant=tenant, user_id=unit().actor.id) if unit().actor.kind == "user" else None
    if own is not None and own.filter(role=role).exists():
        raise Forbidden("Nobody changes the limit of their own role. Ask somebody with another one.")
    settings = {**tenant.settings, "limits": {**tenant.settings.get("limits", {}), role: stored}}
    return _change(tenant, {"settings": settings})


def keep_setting(*, name: str, value: object) -> Tenant:
    """Keep a setting that a room owns, and has checked, under its ``name``."""
    tenant = lock_tenant()
    return _change(tenant, {"settings": {**tenant.settings, name: value}})


def _change(tenant: Tenant, wanted: Mapping[str, object]) -> Tenant:
    before = {field: getattr(tenant, field) for field in wanted}
    changed = tuple(field for field in wanted if wanted[field] != before[field])
    if not changed:
        return tenant
    for field in changed:
        setattr(tenant, field, wanted[field])
    tenant.save(update_fields=changed)
    sentence = f"Business settings changed: {', '.join(changed)}"
    record([Change("settings.edit", sentence, (("business", tenant.public_id),), before, dict(wanted))])
    publish([BusinessChanged(business_id=tenant.public_id, changed=changed)])
    return tenant


def _check(wanted: Mapping[str, str]) -> None:
    problems = []
    if "name" in wanted and not 0 < len(wanted["name"]) <= NAME_LENGTH_MAX:
        problems.append(FieldError("name", "invalid", f"Enter a name of up to {NAME_LENGTH_MAX} characters."))
    if "currency" in wanted and not is_currency(wanted["currency"]):
        problems.append(FieldError("currency", "unknown_currency", "Use an ISO 4217 code like EUR."))
    if "timezone" in wanted and wanted["timezone"] not in available_timezones():
        problems.append(FieldError("timezone", "unknown_timezone", "Use a name like Europe/London."))
    if "country" in wanted and not _is_country(wanted["country"]):
        problems.append(FieldError("country", "unknown_country", "Use an ISO 3166 code of two letters like GB."))
    if problems:
        raise Invalid("The settings were not changed.", fields=problems)


def _is_country(code: str) -> bool:
    from babel import Locale

    return len(code) == 2 and code.isalpha() and code in Locale("en").territories


def _free_slug(name: str) -> str:
    stem = slugify(name)[:SLUG_LENGTH_MAX].strip("-") or "merchant"
    taken = set(Tenant.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken)
