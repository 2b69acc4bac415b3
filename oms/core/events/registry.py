"""Who listens to what. Filled while the apps load, the same in every process."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from oms.core.events.facts import Envelope, Fact

Handler = Callable[[Sequence[Envelope]], None]


@dataclass(frozen=True)
class Subscriber:
    """``label`` is who timelines name for what it does."""

    name: str
    label: str
    kinds: frozenset[str]
    handle: Handler

    def hears(self, fact_name: str) -> bool:
        return fact_name in self.kinds or "*" in self.kinds


_subscribers: dict[str, Subscriber] = {}


def subscribe(name: str, *kinds: type[Fact] | str, label: str = "") -> Callable[[Handler], Handler]:
    """Register a handler of a *batch* of facts, in order, for these kinds (``"*"`` hears everything).

    It runs inside a unit of work of the facts' tenant; its effects and the "done" are one commit. It
    must not call out: it writes work rows for tasks to claim. ``label`` names it as the actor.
    """

    def register(handle: Handler) -> Handler:
        names = frozenset(kind if isinstance(kind, str) else kind.name for kind in kinds)
        _subscribers[name] = Subscriber(name, label or name, names, handle)
        return handle

    return register


def subscribers_of(fact_name: str) -> list[Subscriber]:
    return [each for each in _subscribers.values() if each.hears(fact_name)]


def subscriber(name: str) -> Subscriber | None:
    return _subscribers.get(name)
