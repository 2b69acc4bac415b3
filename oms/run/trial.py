"""Servers that live as long as the block: for tests and benchmarks, beside whatever else runs here."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from oms.run.keyring import Keyring
from oms.run.processes import Ledger
from oms.run.stand import Stand, stand
from oms.run.unprivileged import make_passable


@contextmanager
def trial(below: Path, *, scratch: bool) -> Iterator[Stand]:
    """A fresh pair of servers in a directory of its own below `below`, removed at the end.

    `scratch` switches off what only matters when the machine loses power; a benchmark leaves it on.
    """
    make_passable(below.parent)
    make_passable(below)
    _clear_what_killed_trials_left(below)
    process = psutil.Process()
    directory = below / f"{process.pid}-{process.create_time():.0f}"
    make_passable(directory)
    try:
        ledger = Ledger(directory / "processes.json")
        with stand(directory, ledger=ledger, keyring=Keyring(directory / "secrets.json"), scratch=scratch) as running:
            yield running
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _clear_what_killed_trials_left(below: Path) -> None:
    for directory in below.glob("*-*"):
        pid, _, started = directory.name.partition("-")
        try:
            if f"{psutil.Process(int(pid)).create_time():.0f}" == started:
                continue
        except psutil.NoSuchProcess:
            pass
        Ledger(directory / "processes.json").end_leftovers()
        shutil.rmtree(directory, ignore_errors=True)
