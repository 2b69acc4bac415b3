"""What channels do about facts: each one line, one own action."""

from collections.abc import Sequence

from channels.actions.connections import connect_channels
from oms.accounts.events import ChannelCreated
from oms.core.events import Envelope, subscribe


@subscribe("channels.connect", ChannelCreated, label="Connections")
def connect(envelopes: Sequence[Envelope]) -> None:
    connect_channels(channel_ids={envelope.fact.channel_id for envelope in envelopes})
