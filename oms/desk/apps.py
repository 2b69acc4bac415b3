from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "oms.desk"
    label = "desk"
