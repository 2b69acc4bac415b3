"""Create and change sales channels: the places orders come from."""

import re
from uuid import UUID

from oms.accounts.events import ChannelChanged, ChannelCreated
from oms.accounts.locks import lock_channel
from oms.accounts.models import SalesChannel
from oms.core.audit import Change, record
from oms.core.errors import Conflict, FieldError, Invalid, NotFound
from oms.core.events import publish
from oms.core.tenancy import unit

KINDS = {
    "shop": "Web shop",
    "marketplace": "Marketplace",
    "pos": "Point of sale",
    "manual": "Phone, e-mail, by hand",
    "file": "Imported file",
    "api": "API",
}
# Who tells the customer. A marketplace does it itself; for any other somebody has to choose us.
TOLD_BY = {"us": "We do", "channel": "The channel does", "nobody": "Nobody"}
CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
NAME_LENGTH_MAX = 80


class ChannelExists(Conflict):
    code = "channel_exists"
    title = "There is such a channel already"


def create_channel(*, code: str, name: str, kind: str = "manual", told_by: str = "") -> SalesChannel:
    """A new channel. ``code`` is what programs and files call it, and never changes.

    Unless ``told_by`` says who tells its customers, a marketplace does, and else nobody until somebody chooses.

    Raises `Invalid` naming each bad field, `ChannelExists` when the code is taken.
    """
    code, name = code.strip().lower(), name.strip()
    problems = _name_problems(name)
    if not CODE.fullmatch(code):
        problems.append(FieldError("code", "invalid", "Use up to 40 lower-case letters, digits, dots and dashes."))
    told_by = told_by or ("channel" if kind == "marketplace" else "nobody")
    problems += _told_by_problems(told_by)
    if kind not in KINDS:
        problems.append(FieldError("kind", "unknown_kind", f"Choose from: {', '.join(KINDS)}."))
    if problems:
        raise Invalid("The channel was not created.", fields=problems)
    if SalesChannel.objects.filter(code=code).exists():
        raise ChannelExists(f"The code “{code}” belongs to another channel. Choose another one.")
    channel = SalesChannel.objects.create(code=code, name=name, kind=kind, told_by=told_by, created_at=unit().now)
    record([Change("channels.create", f"Sales channel “{name}” created", (("channel", channel.id),))])
    publish([ChannelCreated(channel_id=channel.id, code=code)])
    return channel


def update_channel(
    *, channel_id: UUID, name: str | None = None, active: bool | None = None, told_by: str | None = None
) -> SalesChannel:
    """Rename a channel, say who tells its customers, or switch it off (nothing new comes in) and on.

    What is None stays. Raises `NotFound`, or `Invalid` naming ``name`` or ``told_by``.
    """
    channel = lock_channel(channel_id)
    if channel is None:
        raise NotFound("There is no such sales channel.")
    wanted = {
        "name": channel.name if name is None else name.strip(),
        "active": channel.active if active is None else active,
        "told_by": channel.told_by if told_by is None else told_by,
    }
    if problems := _name_problems(wanted["name"]) + _told_by_problems(wanted["told_by"]):
        raise Invalid("The channel was not changed.", fields=problems)
    before = {field: getattr(channel, field) for field in wanted}
    changed = tuple(field for field in wanted if wanted[field] != before[field])
    if not changed:
        return channel
    for field in changed:
        setattr(channel, field, wanted[field])
    channel.save(update_fields=changed)
    record([
        Change("channels.edit", f"Sales channel “{channel.name}” changed", (("channel", channel.id),), before, wanted)
    ])  # fmt: skip
    publish([ChannelChanged(channel_id=channel.id, changed=changed)])
    return channel


def _name_problems(name: str) -> list[FieldError]:
    if not name:
        return [FieldError("name", "required", "Name the channel as your colleagues call it.")]
    if len(name) > NAME_LENGTH_MAX:
        return [FieldError("name", "too_long", f"Shorten the name to {NAME_LENGTH_MAX} characters.")]
    return []


def _told_by_problems(told_by: str) -> list[FieldError]:
    return (
        [] if told_by in TOLD_BY else [FieldError("told_by", "unknown_choice", f"Choose from: {', '.join(TOLD_BY)}.")]
    )
