"""Which location sends what: a pure pipeline, read by listing this folder.

candidates → filters → ranking → allocator → splitter → explanation, over plain values, for a batch of
orders that share one shrinking view of stock (`batch`). No ORM, clock or network.
"""

from fulfillment.sourcing.batch import plan_batch
from fulfillment.sourcing.geography import Spot, locate
from fulfillment.sourcing.manual import LacksStock, plan_move
from fulfillment.sourcing.values import Candidate, InKit, LineNeed, OrderNeed, Placed, Plan, Short, Site

__all__ = [
    "Candidate",
    "InKit",
    "LacksStock",
    "LineNeed",
    "OrderNeed",
    "Placed",
    "Plan",
    "Short",
    "Site",
    "Spot",
    "locate",
    "plan_batch",
    "plan_move",
]
