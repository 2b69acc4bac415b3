"""The programs that make up the product, and the watch that keeps them running."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from oms.run import console
from oms.run.console import relay_lines, say
from oms.run.processes import Ledger, end_child, spawn

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
# Restart at once, then wait ever longer; a program that lived for a minute starts over.
BACKOFF = (1, 2, 4, 8, 15, 30)
HEALTHY_AFTER = 60


@dataclass
class Program:
    """One program of the product and how its current life goes."""

    name: str
    argv: list[str]
    process: subprocess.Popen | None = None
    started: float = 0
    failures: int = 0
    due: float = 0
    reader: threading.Thread | None = field(default=None, repr=False)


def product(port: int, data: Path) -> list[Program]:
    """Web, workers, beat and relay; imports and heavy work in a process of their own, so that they starve nobody."""
    web_workers = "2" if (os.cpu_count() or 1) > 2 else "1"
    # Celery warns of root because of pickled messages; ours are JSON, and it accepts nothing else.
    celery = [BIN / "python", "-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "-A", "oms"]
    worker = [*celery, "worker", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    return [
        Program("web", [
            BIN / "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws",
            "--workers", web_workers, "--blocking-threads", "4", "--workers-kill-timeout", "10", "oms.wsgi:application",
        ]),
        Program("worker", [*worker, "-n", "main@%h", "-Q", "default,labels,notify", "-c", "2"]),
        Program("imports", [*worker, "-n", "imports@%h", "-Q", "imports,heavy", "-c", "1"]),
        Program("beat", [*celery, "beat", "--pidfile=", "-s", data / "beat-schedule"]),
        Program("relay", [BIN / "python", "manage.py", "relay"]),
    ]  # fmt: skip


class Watch:
    """Starts programs, restarts what dies, and stops them all."""

    def __init__(self, programs: list[Program], *, environment: dict[str, str], ledger: Ledger) -> None:
        self._programs = programs
        self._environment = environment
        self._ledger = ledger

    def start(self) -> None:
        for program in self._programs:
            self._launch(program)

    def look(self) -> None:
        """Notice who died, say so, and start again who has waited long enough."""
        now = time.monotonic()
        for program in self._programs:
            if program.process and program.process.poll() is not None:
                self._bury(program, now)
            elif program.process is None and now >= program.due:
                self._launch(program)

    def settle(self, *, at_most: float = 15) -> None:
        """Wait until nobody has said anything for a second: what is shown next stays the last thing shown."""
        deadline = time.monotonic() + at_most
        while time.monotonic() < deadline and console.quiet_for() < 1:
            time.sleep(0.1)
            self.look()

    def stop(self) -> None:
        """First those that bring work in, then those that finish it."""
        for names in ({"web", "beat", "relay"}, {"worker", "imports"}):
            leaving = [program for program in self._programs if program.name in names and program.process]
            enders = [threading.Thread(target=self._end, args=(program,)) for program in leaving]
            for ender in enders:
                ender.start()
            for ender in enders:
                ender.join()

    def _launch(self, program: Program) -> None:
        program.process = spawn(
            program.name, program.argv, ledger=self._ledger, cwd=ROOT, env=self._environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )  # fmt: skip
        program.started = time.monotonic()
        program.reader = threading.Thread(
            target=relay_lines, args=(program.process.stdout,), kwargs={"who": program.name}, daemon=True
        )
        program.reader.start()

    def _bury(self, program: Program, now: float) -> None:
        code = program.process.returncode
        end_child(program.process)  # whatever it had started goes with it
        program.process = None
        program.failures = 1 if now - program.started > HEALTHY_AFTER else program.failures + 1
        wait = BACKOFF[min(program.failures, len(BACKOFF)) - 1]
        program.due = now + wait
        say(f"{program.name} ended with code {code}; starting it again in {wait} s")

    def _end(self, program: Program) -> None:
        end_child(program.process, grace=12)
        program.reader.join(2)
        self._ledger.remove(program.name)
        program.process = None


def run_once(name: str, argv: list[str], *, environment: dict[str, str], ledger: Ledger) -> None:
    """Run a program to its end, showing its lines; raises when it fails."""
    process = spawn(
        name, argv, ledger=ledger, cwd=ROOT, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )  # fmt: skip
    try:
        relay_lines(process.stdout, who=name)
        code = process.wait()
    finally:
        end_child(process)
        ledger.remove(name)
    if code != 0:
        raise SystemExit(f"{name} failed with code {code}; what it said is above.")
