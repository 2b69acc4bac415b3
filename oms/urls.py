"""Every address of the product, by door."""

from django.urls import include, path

urlpatterns = [
    path("", include("oms.core.urls")),
    path("account/", include("allauth.account.urls")),
]
