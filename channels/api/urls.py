"""Addresses below ``/api/v1/``."""

from django.urls import path

from channels.api import connection_views, views

urlpatterns = [
    path("imports", views.Imports.as_view()),
    path("imports/<uuid:import_id>", views.OneImport.as_view()),
    path("imports/<uuid:import_id>/check", views.CheckImport.as_view()),
    path("imports/<uuid:import_id>/place", views.PlaceImport.as_view()),
    path("imports/<uuid:import_id>/cancel", views.CancelImport.as_view()),
    path("imports/<uuid:import_id>/rows", views.ImportRows.as_view()),
    path("imports/<uuid:import_id>/rows.csv", views.ImportRowsFile.as_view()),
    path("connections", connection_views.Connections.as_view()),
    path("connections/<uuid:connection_id>", connection_views.OneConnection.as_view()),
    path("connections/<uuid:connection_id>/pause", connection_views.PauseConnection.as_view()),
    path("connections/<uuid:connection_id>/resume", connection_views.ResumeConnection.as_view()),
    path("connections/<uuid:connection_id>/rotate-secret", connection_views.RotateSecret.as_view()),
    path("channel-messages", connection_views.ChannelMessages.as_view()),
    path("channel-messages/<uuid:channel_message_id>", connection_views.OneChannelMessage.as_view()),
    path("channel-messages/<uuid:channel_message_id>/replay", connection_views.ReplayChannelMessage.as_view()),
]
