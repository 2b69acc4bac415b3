from django.urls import path

from oms.dashboard.entrance import views

urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("merchants/", views.merchants, name="merchants"),
]
