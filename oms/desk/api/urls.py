"""Addresses below ``/api/v1/``."""

from django.urls import path

from oms.desk.api import changing, customers, money, placing, recalls

ORDER = "orders/<uuid:order_id>"

urlpatterns = [
    path("customers", customers.Customers.as_view()),
    path("customers/<uuid:customer_id>", customers.OneCustomer.as_view()),
    path("orders", placing.Orders.as_view()),
    path("orders/batch", placing.OrderBatch.as_view()),
    path(ORDER, changing.OneOrder.as_view()),
    path(f"{ORDER}/cancel", changing.CancelOrder.as_view()),
    path(f"{ORDER}/hold", changing.HoldOrder.as_view()),
    path(f"{ORDER}/holds/<uuid:hold_id>/lift", changing.LiftHold.as_view()),
    path(f"{ORDER}/allocate", changing.AllocateOrder.as_view()),
    path(f"{ORDER}/lines/<uuid:line_id>/match", changing.MatchLine.as_view()),
    path(f"{ORDER}/money", money.OrderMoneyView.as_view()),
    path(f"{ORDER}/payments", money.Payments.as_view()),
    path(f"{ORDER}/refunds", money.Refunds.as_view()),
    path(f"{ORDER}/refunds/preview", money.RefundPreview.as_view()),
    path(f"{ORDER}/refunds/<uuid:refund_id>/retry", money.RetryRefund.as_view()),
    path(f"{ORDER}/notes", changing.OrderNotes.as_view()),
    path(f"{ORDER}/timeline", changing.OrderTimeline.as_view()),
    path(f"{ORDER}/decisions", changing.OrderDecisions.as_view()),
    path("recalls/<uuid:recall_id>/orders", recalls.RecallOrders.as_view()),
    path("recalls/<uuid:recall_id>/notice", recalls.RecallNotice.as_view()),
]
