"""Shops in real processes that deliver the same message at the same moment, and workers that read it."""

import multiprocessing

TIMEOUT_SECONDS = 60


def deliver_and_read(tenant_id: int, sent: tuple[str, str, dict], meet: multiprocessing.Barrier) -> str:
    """Post the message, then be a worker that reads what is due."""
    from channels.tasks import read_messages

    said = _post(sent)
    read_messages(tenant_id=tenant_id)
    return said


def deliver_without_the_key(tenant_id: int, sent: tuple[str, str, dict], meet: multiprocessing.Barrier) -> str:
    """What looks right and is not: is it here? No, so keep it."""
    from django.db import IntegrityError

    from channels import hook
    from channels.actions import messages
    from channels.models import ChannelMessage

    keep = hook.keep_message

    def look_first(*, connection, body, headers) -> bool:
        known = ChannelMessage.objects.filter(message_id=headers["webhook-id"]).exists()
        meet.wait(TIMEOUT_SECONDS)
        return not known and keep(connection=connection, body=body, headers=headers)

    hook.keep_message, messages.ONCE = look_first, ""
    try:
        return _post(sent)
    except IntegrityError:
        return "stopped by the key"


def read_at_once(tenant_id: int, message_id, meet: multiprocessing.Barrier) -> str:
    """Be a worker that carries out a message, whoever else does."""
    from channels.actions.carrying_out import carry_out_message
    from channels.tasks import READER
    from oms.core.tenancy import unit_of_work

    with unit_of_work(tenant_id, READER):
        carry_out_message(message_id=message_id)
    return "read"


def read_without_the_lock(tenant_id: int, message_id, meet: multiprocessing.Barrier) -> str:
    """Workers who all see that it is due, and go on."""
    from channels.actions import carrying_out
    from channels.models import ChannelMessage

    def look(message_id):
        found = ChannelMessage.objects.select_related("connection__channel").get(id=message_id)
        meet.wait(TIMEOUT_SECONDS)
        return found

    carrying_out.lock_message = look
    return read_at_once(tenant_id, message_id, meet)


def _post(sent: tuple[str, str, dict]) -> str:
    from django.test import Client

    path, body, headers = sent
    return Client().post(path, body, content_type="application/json", headers=headers).json()["status"]
