"""Sample data to try things on, for a merchant who has nothing yet; and its removal."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from oms.core.actors import require
from oms.dashboard.forms import attempt, page_of_form, posted, settled
from oms.dashboard.settings.confirming import Question, confirmed
from oms.demo.sandbox import fill_with_sample_data, has_sample_data, is_empty, job_of, own_orders, remove_sample_data


@require_http_methods(["GET", "POST"])
def sample(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether there is sample data, and a button that fills an empty merchant with it."""
    require(request.actor, "settings.edit" if request.method == "POST" else "settings.view")
    form = forms.Form(posted(request))
    if request.method == "POST" and attempt(form, fill_with_sample_data):
        return settled(request, reverse("dashboard:sample", args=[slug]), _("Sample data is being made."))
    context = {
        "form": form,
        "filled": has_sample_data(request.merchant),
        "empty": is_empty(),
        "job": job_of(request.merchant),
        "may_edit": request.actor.permits("settings.edit"),
    }
    return page_of_form(request, "dashboard/settings/sample.html", context)


@require_http_methods(["GET", "POST"])
def sample_remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks once, and takes it all away."""
    require(request.actor, "settings.edit")
    consequence = _(
        "Every order, customer, item, location, channel, parcel, return and message goes. "
        "Your team, keys, endpoints and settings stay. This cannot be undone."
    )
    if own := own_orders():
        consequence += " " + ngettext(
            "%d order that is not sample data goes with it.", "%d orders that are not sample data go with it.", own
        ) % own  # fmt: skip
    question = Question(
        title=_("Remove the sample data?"), consequence=consequence, act=_("Remove sample data"),
        keep=_("Keep it"), keep_url=reverse("dashboard:sample", args=[slug]), back_label=_("Sample data"),
    )  # fmt: skip
    return confirmed(request, question, lambda: remove_sample_data() or True, _("The sample data is gone."))
