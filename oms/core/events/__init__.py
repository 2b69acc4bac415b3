"""Facts and who listens to them.

A room declares its facts in ``events.py`` (subclasses of `Fact`), publishes them with `publish`
inside its action's transaction, and reacts in ``handlers.py`` with `subscribe`. A fact is written
once, with one delivery per subscriber, in the commit that made it true; the relay brings it from
there (`oms.core.events.delivery`).
"""

from oms.core.events.facts import Envelope, Fact
from oms.core.events.publishing import publish
from oms.core.events.registry import subscribe, subscribers_of

__all__ = ["Envelope", "Fact", "publish", "subscribe", "subscribers_of"]
