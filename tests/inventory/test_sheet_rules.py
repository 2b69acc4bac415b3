"""How a cell with several codes is written and read, and how far an import is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.sheets.codes import join_codes, split_codes
from inventory.sheets.standing import STATES, check_verb, state_of, verbs_of
from inventory.sheets.verdicts import stock_verdict
from oms.core.errors import NotAllowed
from oms.core.models import Job

CODES = st.text(alphabet="A1;|, =", min_size=1, max_size=8).map(str.strip).filter(bool)
JOB_STATES = ("", Job.QUEUED, Job.RUNNING, Job.DONE, Job.PART_FAILED, Job.FAILED, Job.CANCELLED)


@given(st.lists(CODES, max_size=5))
def test_codes_in_one_cell_are_read_back_as_they_were(codes):
    assert split_codes(join_codes(codes)) == tuple(codes)


@pytest.mark.parametrize("check", JOB_STATES)
@pytest.mark.parametrize("applying", JOB_STATES)
def test_every_pair_of_jobs_is_a_state_with_its_verbs(check, applying):
    assert state_of(check, applying) in STATES
    for verb in ("map", "check", "apply", "cancel"):
        if verb in verbs_of(check, applying):
            check_verb(verb, check, applying)
        else:
            with pytest.raises(NotAllowed):
                check_verb(verb, check, applying)


@pytest.mark.parametrize(
    ("mode", "quantity", "on_hand", "booked", "outcome"),
    [
        ("opening", 5, 0, 0, "new"), ("opening", 5, 3, 5, "same"), ("opening", 5, 5, 4, "bad"),
        ("opening", 0, 0, 0, "same"),
        ("counted", 5, 5, 0, "same"), ("counted", 0, 5, 0, "changed"),
        ("add", 5, 5, 0, "changed"), ("add", 5, 10, 5, "same"), ("add", 0, 5, 0, "bad"),
    ],
)  # fmt: skip
def test_what_a_quantity_does_to_a_shelf(mode, quantity, on_hand, booked, outcome):
    assert stock_verdict(mode, quantity, on_hand=on_hand, booked=booked).outcome == outcome
