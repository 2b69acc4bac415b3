"""What is out of stock, or low, since when, and what is on its way."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inventory.queries import available_by_item, stock_alerts
from inventory.stock.alerting import KINDS, LOW, OUT
from oms.core.actors import require
from oms.dashboard.lists import list_page


@require_safe
def alert_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Newest first; a row goes by itself when its item is back."""
    require(request.actor, "stock.view")
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    page = list_page(request, stock_alerts(kind=kind), order=("-since", "-id"))
    stock = available_by_item([each.item_id for each in page.rows])
    context = {
        "page": page,
        "rows": [(each, stock[each.item_id]) for each in page.rows],
        "views": [
            {"url": f"?kind={code}" if code else "?", "name": name, "current": code == kind}
            for code, name in (("", _("All")), (OUT, _("Out of stock")), (LOW, _("Low")))
        ],
    }
    return render(request, "dashboard/inventory/alerts.html", context)
