"""Facts and subscribers that belong to no room, for the tests of the kernel."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from oms.core.events import Fact


@dataclass(frozen=True)
class LampLit(Fact):
    """Somebody switched a lamp on."""

    name: ClassVar[str] = "test.lamp_lit"
    aggregate: ClassVar[str] = "lamp"
    key: ClassVar[str] = "lamp_id"
    public: ClassVar[bool] = False

    lamp_id: UUID
    brightness: int = 0
    colours: tuple[str, ...] = ()
