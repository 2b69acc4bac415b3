"""Every public fact is owed to the endpoints that asked for it."""

from oms.core.events import subscribe
from oms.webhooks.actions.messages import queue_messages

subscribe("webhooks", "*")(queue_messages)
