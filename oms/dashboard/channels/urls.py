from django.urls import path

from oms.dashboard.channels import connections, messages

CONNECTION = "<uuid:connection_id>/"
MESSAGE = "messages/<uuid:channel_message_id>/"

urlpatterns = [
    path("", connections.connection_list, name="connections"),
    path("connect/", connections.connect, name="connect"),
    path("failures/", messages.failures, name="channel_failures"),
    path(MESSAGE, messages.message_page, name="channel_message"),
    path(f"{MESSAGE}replay/", messages.replay, name="channel_message_replay"),
    path(CONNECTION, connections.connection_page, name="connection"),
    path(f"{CONNECTION}rename/", connections.rename, name="connection_rename"),
    path(f"{CONNECTION}pause/", connections.pause, name="connection_pause"),
    path(f"{CONNECTION}resume/", connections.resume, name="connection_resume"),
    path(f"{CONNECTION}rotate/", connections.rotate, name="connection_rotate"),
]
