"""The Celery application: JSON messages of ids, acknowledged late, five queues."""

import os

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms.settings")

app = Celery("throughline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Every line that a task logs carries its id, and that of the request it came from.
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def _leave_logging_alone(**_kwargs: object) -> None:
    """Celery configures logging itself unless somebody listens here; `oms.logs` has done it already."""
