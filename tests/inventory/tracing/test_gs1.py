"""GS1 codes: what scanners send and people read."""

from datetime import date

import pytest

from inventory.gs1 import Gs1, read

MILK = "04006381333931"
FULL = Gs1(MILK, "A-1", "S9", date(2026, 11, 1), date(2027, 2, 28))


@pytest.mark.parametrize(
    "code",
    [
        f"(01){MILK}(11)261101(17)270228(10)A-1(21)S9",
        f"01{MILK}11261101172702282110S9",
        f"]d201{MILK}111126110117270228",
    ],
)
def test_control_what_is_written_otherwise_says_something_else(code):
    assert (read(code) == FULL) is code.startswith("(")


@pytest.mark.parametrize(
    "code",
    [
        f"(01){MILK}(11)261101(17)270228(10)A-1(21)S9",
        f"01{MILK}112611011727022810A-1\x1d21S9",
        f"]d201{MILK}112611011727022810A-1\x1d21S9",
        f"]C1\x1d01{MILK}1126110117270200\x1d10A-1\x1d21S9",
    ],
)
def test_one_code_in_every_way_it_comes(code):
    """A day of 00 is the last of its month."""
    assert read(code) == FULL


def test_a_best_before_date_is_a_date_too():
    assert read(f"(01){MILK}(15)270131").expires_on == date(2027, 1, 31)


@pytest.mark.parametrize(
    "code",
    [
        "", "MUG-BLU", "4006381333931", "(10)A-1", "(01)04006381333932", f"(01){MILK}x", f"01{MILK}99X", f"01{MILK}10",
        f"01{MILK}17271", f"(01){MILK}(17)271399", f"(01){MILK}(17)270230", f"(01){MILK}(17)27023", "01" + MILK[:9],
    ],
)  # fmt: skip
def test_what_is_no_gs1_code_of_an_item(code):
    assert read(code) is None


def test_an_items_number_is_written_with_and_without_zeros():
    assert read(f"(01){MILK}").item_codes == [MILK, "4006381333931"]
    assert read("(01)00000012345670").item_codes == ["00000012345670", "0000012345670", "000012345670", "12345670"]
