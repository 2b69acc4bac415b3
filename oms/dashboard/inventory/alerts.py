"""What is wrong with whose stock, since when, and who is mailed of it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inventory.actions.alerts import set_alert_policy
from inventory.queries import alert_policy, available_by_item, stock_alerts
from inventory.stock.alerting import (
    DEAD,
    DEAD_DAYS,
    EXPIRING,
    KINDS,
    LOW,
    OUT,
    OVER_RESERVED,
    OVERSELL_RISK,
    AlertPolicy,
)
from oms.core.actors import require
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import LinesField
from oms.dashboard.lists import list_page

NAMES = {
    OUT: gettext_lazy("Out of stock"), LOW: gettext_lazy("Low"), OVERSELL_RISK: gettext_lazy("Oversell risk"),
    OVER_RESERVED: gettext_lazy("Over-promised"), EXPIRING: gettext_lazy("Expires soon"),
    DEAD: gettext_lazy("Dead stock"),
}  # fmt: skip
CRITICAL = (OUT, OVER_RESERVED)


class PolicyForm(PlainForm):
    mail_to = LinesField(
        label=gettext_lazy("Mail to"), required=False,
        help_text=gettext_lazy("One address per line. Alerts of ten minutes go out in one mail; none is sent twice."),
    )  # fmt: skip
    mail_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Of these"), choices=list(NAMES.items()), widget=forms.CheckboxSelectMultiple, required=False
    )
    dead_days = forms.IntegerField(
        label=gettext_lazy("Stock is dead after so many days without a sale"),
        min_value=DEAD_DAYS[0], max_value=DEAD_DAYS[1],
    )  # fmt: skip


@require_safe
def alert_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Newest first; a row goes by itself when its item is well again."""
    require(request.actor, "stock.view")
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    page = list_page(request, stock_alerts(kind=kind), order=("-since", "-id"))
    stock = available_by_item([each.item_id for each in page.rows])
    context = {
        "page": page,
        "rows": [
            {"alert": each, "stock": stock[each.item_id], "word": NAMES[each.kind], "critical": each.kind in CRITICAL}
            for each in page.rows
        ],
        "views": [
            {"url": f"?kind={code}" if code else "?", "name": name, "current": code == kind}
            for code, name in (("", _("All")), *NAMES.items())
        ],
        "may_set": request.actor.permits("settings.edit"),
    }
    return render(request, "dashboard/inventory/alerts.html", context)


@require_http_methods(["GET", "POST"])
def alert_settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is mailed, of what, and when stock is dead."""
    require(request.actor, "settings.edit")
    now = alert_policy()
    form = PolicyForm(posted(request), initial=now.to_json())

    def save() -> None:
        given = form.cleaned_data
        set_alert_policy(policy=AlertPolicy(tuple(given["mail_to"]), tuple(given["mail_kinds"]), given["dead_days"]))

    if request.method == "POST" and attempt(form, save):
        return settled(request, reverse("dashboard:stock_alerts", args=[slug]), _("Settings saved."))
    return page_of_form(request, "dashboard/inventory/alert_settings.html", {"form": form})
