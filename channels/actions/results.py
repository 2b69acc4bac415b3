"""What can become of a message."""

from dataclasses import dataclass
from uuid import UUID


class Waiting(Exception):
    """Not yet: ``sentence`` says what for, and ``given_up`` what is said when it never came."""

    def __init__(self, sentence: str, given_up: str) -> None:
        super().__init__(sentence)
        self.sentence, self.given_up = sentence, given_up


@dataclass(frozen=True)
class Result:
    """The message's state from now on, in words, and the order it is about."""

    state: str
    sentence: str
    order_id: UUID | None = None
