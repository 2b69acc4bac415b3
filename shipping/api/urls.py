from django.urls import path

from shipping.api import account_views, views

urlpatterns = [
    path("carrier-accounts", account_views.Accounts.as_view()),
    path("carrier-accounts/<uuid:account_id>", account_views.OneAccount.as_view()),
    path("carrier-accounts/<uuid:account_id>/rotate-secret", account_views.RotateSecret.as_view()),
    path("tracking-messages", account_views.TrackingMessages.as_view()),
    path("tracking-messages/<uuid:tracking_message_id>/replay", account_views.ReplayTrackingMessage.as_view()),
    path("rates", views.Rates.as_view()),
    path("shipments", views.Shipments.as_view()),
    path("shipments/<uuid:shipment_id>", views.OneShipment.as_view()),
    path("shipments/<uuid:shipment_id>/buy-label", views.BuyLabel.as_view()),
    path("shipments/<uuid:shipment_id>/void", views.VoidLabel.as_view()),
    path("shipments/<uuid:shipment_id>/hand-over", views.HandOver.as_view()),
    path("shipments/<uuid:shipment_id>/events", views.ShipmentEvents.as_view()),
    path("shipments/<uuid:shipment_id>/label.pdf", views.LabelFile.as_view(form="pdf")),
    path("shipments/<uuid:shipment_id>/label.zpl", views.LabelFile.as_view(form="zpl")),
]
