"""The figures hear of everything that they count."""

from collections.abc import Sequence

from analytics.actions.record import record_facts
from analytics.projecting import HEARD
from oms.core.events import Envelope, subscribe


@subscribe("analytics", *HEARD, label="Analytics")
def count(envelopes: Sequence[Envelope]) -> None:
    record_facts(envelopes=envelopes)
