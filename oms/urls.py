"""Every address of the product, by door."""

from django.conf import settings
from django.urls import include, path

from channels.hook import channel_hook
from oms.core.api.problems import no_such_address
from oms.dashboard import errors
from oms.dashboard.help import help_page
from oms.dashboard.messages import mailbox
from oms.dashboard.styleguide import styleguide
from shipping.hook import carrier_hook

urlpatterns = [
    path("", include("oms.core.urls")),
    path("api/v1/", include("oms.core.api.urls")),
    path("api/v1/", include("oms.accounts.api.urls")),
    path("api/v1/", include("oms.webhooks.api.urls")),
    path("api/v1/", include("inventory.api.urls")),
    path("api/v1/", include("shipping.api.urls")),
    path("api/v1/", include("fulfillment.api.urls")),
    path("api/v1/", include("returns.api.urls")),
    path("api/v1/", include("analytics.api.urls")),
    path("api/v1/", include("oms.notifications.api.urls")),
    path("api/v1/", include("oms.desk.api.urls")),
    path("api/v1/", include("channels.api.urls")),
    path("api/<path:rest>", no_such_address),
    path("hooks/carriers/<uuid:tenant>/<uuid:account_id>", carrier_hook, name="carrier_hook"),
    path("hooks/channels/<uuid:tenant>/<uuid:connection_id>", channel_hook, name="channel_hook"),
    path("account/", include("allauth.account.urls")),
    path("p/<slug:slug>/", include("oms.portal.urls")),
    path("", include("oms.dashboard.urls")),
    path("m/<slug:slug>/help/", help_page, name="help"),
]

if settings.DEVELOPMENT:
    urlpatterns += [
        path("mailbox/", mailbox.mailbox, name="mailbox"),
        path("mailbox/<str:name>/", mailbox.mail, name="mailbox_mail"),
        path("styleguide/", styleguide, name="styleguide"),
        path("styleguide/<slug:page>/", styleguide, name="styleguide_page"),
    ]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler429 = errors.too_many_requests
handler500 = errors.server_error
