"""The example of docs/channels.md does what it says, against a real server."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.channels.hooks import connected, newest, orders

DOCS = Path(__file__).resolve().parents[2] / "docs" / "channels.md"


def example(language: str) -> str:
    return DOCS.read_text().split(f"```{language}\n")[1].split("```")[0]


@pytest.mark.usefixtures("owner")
def test_the_python_of_the_page_places_an_order(served, tenant, catalog):
    shop = connected(tenant, catalog.channel)
    program = example("python").replace("http://localhost:8000/hooks/channels/…/…", f"{served}{shop.path}")
    ran = subprocess.run(
        [sys.executable, "-c", program.replace("whsec_…", shop.secret)], capture_output=True, text=True, timeout=30
    )
    assert (ran.stdout.strip(), ran.stderr) == ("{'status': 'accepted'}", "")
    shop.read()
    assert [each.external_id for each in orders(tenant)] == ["SHOP-1"]
    assert newest(tenant).state == "done"
