"""Child processes: started in a group of their own, remembered on disk, ended for certain.

Each child leads its own session, so Ctrl-C reaches only the runner, which then stops the children in
order. What a killed runner left behind is found in the ledger by pid *and* start time, and ended.
"""

import contextlib
import json
import os
import signal
import subprocess
from pathlib import Path

import psutil


class Ledger:
    """Which processes we started, in a file that outlives us."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: dict[str, list[float]] = {}

    def add(self, name: str, pid: int) -> None:
        """Remember a child; the start time tells it from a later process with the same pid."""
        with contextlib.suppress(psutil.NoSuchProcess):
            self._rows[name] = [pid, psutil.Process(pid).create_time()]
            self._write()

    def remove(self, name: str) -> None:
        """Forget a child that has ended."""
        self._rows.pop(name, None)
        self._write()

    def end_leftovers(self) -> list[str]:
        """End what an earlier runner was killed without ending; returns the names."""
        if not self._path.exists():
            return []
        ended = []
        # Newest first: the programs before the servers they talk to.
        for name, (pid, started) in reversed(json.loads(self._path.read_text() or "{}").items()):
            if _is_the_same(int(pid), started):
                end_group(int(pid), signal.SIGINT if name == "postgres" else signal.SIGTERM, grace=10)
                ended.append(name)
        self._path.unlink(missing_ok=True)
        return ended

    def _write(self) -> None:
        partial = self._path.with_suffix(".partial")
        partial.write_text(json.dumps(self._rows))
        partial.replace(self._path)


def spawn(name: str, argv: list[str], *, ledger: Ledger, **options) -> subprocess.Popen:
    """Start a child in a session of its own, without standard input."""
    process = subprocess.Popen(
        [str(part) for part in argv], stdin=subprocess.DEVNULL, start_new_session=True, **options
    )
    ledger.add(name, process.pid)
    return process


def end_child(process: subprocess.Popen, *, how: signal.Signals = signal.SIGTERM, grace: float = 10) -> None:
    """Ask a child to stop, wait, then make it stop, together with all it started."""
    if process.poll() is None:
        process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def end_group(leader: int, how: signal.Signals, grace: float) -> None:
    """The same for a process that is not our child any more."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(leader)
        process.send_signal(how)
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(grace)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _is_the_same(pid: int, started: float) -> bool:
    try:
        return abs(psutil.Process(pid).create_time() - started) < 1
    except psutil.NoSuchProcess:
        return False
