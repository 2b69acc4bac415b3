"""The product as a browser or an integrator meets it: a real server process on a real port."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from oms.run.ports import LOOPBACK, free_port
from oms.run.processes import end_child
from tests.ground.servers import ROOT

READY_WITHIN = 60


@pytest.fixture(scope="session")
def _server(django_db_setup: None) -> Iterator[str]:
    """One granian per worker, on the worker's database and Valkey number."""
    port = free_port()
    url = f"http://{LOOPBACK}:{port}"
    log = Path(os.environ["THROUGHLINE_DATA"], "web.log")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--host", LOOPBACK,
                "--port", str(port), "--no-ws", "--workers", "1", "--blocking-threads", "4",
                "--workers-kill-timeout", "5", "oms.wsgi:application",
            ],
            cwd=ROOT, env={**os.environ, "BASE_URL": url}, stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        _wait_until_ready(f"{url}/readyz", process, log)
        yield url
    finally:
        end_child(process)


@pytest.fixture
def served(_server: str, committed_db: None) -> str:
    """The base address of the running product; what the test commits is what it shows."""
    return _server


def _wait_until_ready(address: str, process: subprocess.Popen, log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with opener.open(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The product did not answer at {address}. Its log says:\n{log.read_text()[-3000:]}")
