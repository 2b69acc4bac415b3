from django.urls import path

from oms.dashboard.home import search, views

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", search.search, name="search"),
]
