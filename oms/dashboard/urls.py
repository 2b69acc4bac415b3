"""Every page a merchant's people see; those of one merchant stand below ``/m/<slug>/`` (`oms.accounts.door`)."""

from django.urls import include, path

app_name = "dashboard"

MERCHANT = [
    path("", include("oms.dashboard.home.urls")),
    path("orders/", include("oms.dashboard.orders.urls")),
    path("inventory/", include("oms.dashboard.inventory.urls")),
    path("fulfilment/", include("oms.dashboard.fulfilment.urls")),
    path("shipping/", include("oms.dashboard.shipping.urls")),
    path("returns/", include("oms.dashboard.returns.urls")),
    path("customers/", include("oms.dashboard.customers.urls")),
    path("messages/", include("oms.dashboard.messages.urls")),
    path("channels/", include("oms.dashboard.channels.urls")),
    path("analytics/", include("oms.dashboard.analytics.urls")),
    path("jobs/", include("oms.dashboard.jobs.urls")),
    path("settings/", include("oms.dashboard.settings.urls")),
]

urlpatterns = [
    path("", include("oms.dashboard.entrance.urls")),
    path("m/<slug:slug>/", include(MERCHANT)),
]
