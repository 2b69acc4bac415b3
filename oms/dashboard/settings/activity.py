"""Activity: who changed what, when, and what it was before."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oms.core.actors import require
from oms.core.models import AuditEntry
from oms.dashboard.lists import list_page


@require_safe
def activity(request: HttpRequest, slug: str) -> HttpResponse:
    """The audit trail, newest first; ``verb`` narrows it to one kind of change."""
    require(request.actor, "audit.view")
    verb = request.GET.get("verb", "").replace("\0", "").strip()
    page = list_page(request, _entries(verb), order=("-id",))
    return render(request, "dashboard/settings/activity.html", {"page": page, "verb": verb})


def _entries(verb: str) -> QuerySet[AuditEntry]:
    entries = AuditEntry.objects.all()
    return entries.filter(verb=verb) if verb else entries
