"""A browser reaches the served product, over a real connection."""

import pytest
from playwright.sync_api import Page


@pytest.mark.browser
def test_a_real_browser_is_answered(page: Page, served: str) -> None:
    answer = page.goto(f"{served}/readyz")
    assert answer.status == 200
    assert answer.json()["status"] == "ok"
