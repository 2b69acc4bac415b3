"""A real Chromium: the machine's, or one we try to get; without any, CI fails and others are told."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ground import servers

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = "no Chromium on this machine, and none could be installed"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium_path(playwright: object) -> str:
    """The browser to drive. Looked for once per worker, and got by one worker at a time."""
    own = playwright.chromium.executable_path
    with Path(servers.facts()["directory"], "chromium.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        found = _find(own)
        if not found and not lock.read():
            lock.write("tried")
            _get_one()
            found = _find(own)
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"{NO_BROWSER}; in CI that is a failure", pytrace=False)
    pytest.skip(NO_BROWSER)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict, chromium_path: str) -> dict:
    """How pytest-playwright starts the browser."""
    return {**browser_type_launch_args, "executable_path": chromium_path, "args": ARGUMENTS}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The last lines of a run without a browser: loud, with the remedy."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)]
    if skipped:
        terminalreporter.section("NOT TESTED", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} browser tests were SKIPPED: {NO_BROWSER}.", red=True, bold=True)
        remedy = "Install Chromium (on Debian: apt-get install chromium) or set CHROMIUM=/path/to/it."
        terminalreporter.line(remedy, red=True)


def _find(own: str) -> str | None:
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or (own if Path(own).exists() else None)


def _get_one() -> None:
    """Ask the system's packages as root, else Playwright's; either may fail without a network."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            subprocess.run(command, check=False, env=quiet, capture_output=True, timeout=300, stdin=subprocess.DEVNULL)
        if any(map(shutil.which, NAMES)):
            return
    install = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run(install, check=False, capture_output=True, timeout=300, stdin=subprocess.DEVNULL)
