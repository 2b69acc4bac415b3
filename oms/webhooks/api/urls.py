from django.urls import path

from oms.webhooks.api import views

urlpatterns = [
    path("webhook-event-types", views.EventTypes.as_view()),
    path("webhook-endpoints", views.Endpoints.as_view()),
    path("webhook-endpoints/<uuid:endpoint_id>", views.OneEndpoint.as_view()),
    path("webhook-endpoints/<uuid:endpoint_id>/rotate-secret", views.EndpointRotate.as_view()),
    path("webhook-endpoints/<uuid:endpoint_id>/test", views.EndpointTest.as_view()),
    path("webhook-messages", views.Messages.as_view()),
    path("webhook-messages/<uuid:message_id>", views.OneMessage.as_view()),
    path("webhook-messages/<uuid:message_id>/replay", views.MessageReplay.as_view()),
]
