"""What had left when goods come back: a question for the rooms above, which know orders and parcels."""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

# Returns → the causes under which their goods had left, like parcels.
Answer = Callable[[Collection[UUID]], Mapping[UUID, Collection[UUID]]]
_answers: dict[str, Answer] = {}


def left_under(cause_kind: str, answer: Answer) -> None:
    """The room that knows says under which causes the goods of these causes had left."""
    _answers[cause_kind] = answer


def causes_of_leaving(cause_kind: str, cause_ids: Collection[UUID]) -> Mapping[UUID, Collection[UUID]]:
    """Nothing where nobody knows."""
    answer = _answers.get(cause_kind)
    return answer(cause_ids) if answer is not None and cause_ids else {}
