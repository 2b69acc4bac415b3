"""Addresses below ``/api/v1/``."""

from django.urls import path

from channels.api import views

urlpatterns = [
    path("imports", views.Imports.as_view()),
    path("imports/<uuid:import_id>", views.OneImport.as_view()),
    path("imports/<uuid:import_id>/check", views.CheckImport.as_view()),
    path("imports/<uuid:import_id>/place", views.PlaceImport.as_view()),
    path("imports/<uuid:import_id>/cancel", views.CancelImport.as_view()),
    path("imports/<uuid:import_id>/rows", views.ImportRows.as_view()),
    path("imports/<uuid:import_id>/rows.csv", views.ImportRowsFile.as_view()),
]
