from django.urls import path

from oms.dashboard.entrance import invitation, views

urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("merchants/", views.merchants, name="merchants"),
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
]
