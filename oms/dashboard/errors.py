"""The pages shown instead of an answer, named by `oms.urls` as its handlers."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

bad_request = partial(defaults.bad_request, template_name="errors/400.html")
permission_denied = partial(defaults.permission_denied, template_name="errors/403.html")
page_not_found = partial(defaults.page_not_found, template_name="errors/404.html")
server_error = partial(defaults.server_error, template_name="errors/500.html")


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Shown by the sign-in pages once somebody has tried too often."""
    return render(request, "errors/429.html", status=429)
