from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "oms.core"
    label = "core"

    def ready(self) -> None:
        # Facts, their subscribers, kinds of job and due work announce themselves by being imported.
        autodiscover_modules("events", "handlers", "jobs", "tasks")
