"""Races in real processes, each with a control that shows the race when the lock is off.

Each is run once by default, and over and over by ``make race``.
"""

import os

import pytest

ROUNDS = 20 if os.environ.get("RACES") == "full" else 1
again = pytest.mark.parametrize("round_number", range(ROUNDS))
