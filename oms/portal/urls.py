from django.urls import path

from oms.portal.views import addressing, canceling, finding, order, proving, rating, returning, wishing

app_name = "portal"

urlpatterns = [
    path("", finding.lookup, name="lookup"),
    path("t/<str:token>/", finding.by_link, name="link"),
    path("orders/", wishing.orders, name="orders"),
    path("order/", order.show, name="order"),
    path("order/leave/", order.leave, name="leave"),
    path("verify/", proving.verify, name="verify"),
    path("cancel/", canceling.choose, name="cancel"),
    path("cancel/check/", canceling.check, name="cancel_check"),
    path("address/", addressing.address, name="address"),
    path("rate/", rating.rate, name="rate"),
    path("return/", returning.what, name="return_what"),
    path("return/why/", returning.why, name="return_why"),
    path("return/how/", returning.how, name="return_how"),
    path("return/check/", returning.check, name="return_check"),
    path("return/<int:number>/", returning.status, name="return_status"),
]
