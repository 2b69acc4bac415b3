from django.urls import path

from returns.api import views

RETURN = "returns/<uuid:return_id>"

urlpatterns = [
    path("returns", views.Returns.as_view()),
    path(RETURN, views.OneReturn.as_view()),
    path(f"{RETURN}/approve", views.ApproveReturn.as_view()),
    path(f"{RETURN}/decline", views.DeclineReturn.as_view()),
    path(f"{RETURN}/cancel", views.CancelReturn.as_view()),
    path(f"{RETURN}/sent", views.ReturnWasSent.as_view()),
    path(f"{RETURN}/receive", views.ReceiveReturn.as_view()),
    path(f"{RETURN}/inspect", views.InspectReturn.as_view()),
    path(f"{RETURN}/finish", views.FinishReturn.as_view()),
]
