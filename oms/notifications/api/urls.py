from django.urls import path

from oms.notifications.api import views

urlpatterns = [
    path("messages", views.Messages.as_view()),
    path("messages/<uuid:customer_message_id>", views.OneMessage.as_view()),
    path("messages/<uuid:customer_message_id>/resend", views.ResendMessage.as_view()),
]
