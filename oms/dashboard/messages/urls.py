from django.urls import path

from oms.dashboard.messages import views

urlpatterns = [
    path("", views.message_list, name="messages"),
    path("<uuid:customer_message_id>/", views.message_page, name="message"),
    path("<uuid:customer_message_id>/preview/", views.message_preview, name="message_preview"),
    path("<uuid:customer_message_id>/resend/", views.resend_message, name="message_resend"),
]
