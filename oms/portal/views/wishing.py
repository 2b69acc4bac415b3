"""Send me my orders: for who has no order number at hand. The answer is the same for every address."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from oms.portal.door import shop_page
from oms.portal.limits import check_limits
from oms.portal.places import place_of
from oms.portal.wishing import wish_for_orders

WRONG = gettext_lazy("Enter the whole e-mail address that you ordered with, like ada@example.com.")


class WishForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address of your orders"), max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": WRONG, "invalid": WRONG},
    )  # fmt: skip


@shop_page
@require_http_methods(["GET", "POST"])
def orders(request: HttpRequest, slug: str) -> HttpResponse:
    """Nothing about the address is looked up here, so nothing can be told by the answer or by how long it takes."""
    form = WishForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        context = {"form": form, "sent": "sent" in request.GET}
        return render(request, "portal/orders.html", context, status=422 if form.errors else 200)
    email = form.cleaned_data["email"]
    check_limits(request.merchant.id, {"mail_from": place_of(request), "mail_to": email})
    wish_for_orders(email=email)
    response = redirect("portal:orders", slug=slug)
    response["Location"] += "?sent"
    return response
