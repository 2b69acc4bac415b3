"""The relay and the workers as they run for users, as processes of their own whose CPU can be read."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from bench.ground import BIN, ROOT, Ground, tree_cpu

READY_WITHIN = 120


class Working:
    """The processes behind the web server, with both servers they use."""

    def __init__(self, ground: Ground, relay: subprocess.Popen, worker: subprocess.Popen) -> None:
        self._ground, self._relay, self._worker = ground, relay, worker

    def cpu(self) -> dict[str, float]:
        """CPU seconds used so far, by program; this process, which places, among them."""
        return {
            "placing": time.process_time(),
            "workers": tree_cpu(self._worker.pid),
            "relay": tree_cpu(self._relay.pid),
            "postgresql": self._ground.database_cpu(),
            "valkey": tree_cpu(self._ground.stand.valkey._process.pid),
        }


@contextmanager
def working(ground: Ground, *, queues: str = "default", concurrency: int = 2) -> Iterator[Working]:
    """Start a relay and a Celery worker for ``queues``; stop both at the end.

    On ``default`` everything is decided and written; what only sends (mail, hooks, labels) waits in its own queue.
    """
    with tempfile.TemporaryFile() as said:
        relay = _start([BIN / "python", "manage.py", "relay"], said)
        worker = _start(
            [
                BIN / "python", "-W", "ignore", "-m", "celery", "--quiet", "-A", "oms", "worker", "-n", "bench@%h",
                "-Q", queues, "-c", str(concurrency), "--without-gossip", "--without-mingle", "--loglevel", "WARNING",
            ],
            said,
        )  # fmt: skip
        try:
            if not _has_children(worker, concurrency):
                said.seek(0)
                raise RuntimeError(f"The workers did not become ready:\n{said.read().decode()[-2000:]}")
            yield Working(ground, relay, worker)
        finally:
            for process in (relay, worker):
                process.terminate()
            for process in (relay, worker):
                process.wait(30)


def _start(argv: list, output) -> subprocess.Popen:
    return subprocess.Popen([str(part) for part in argv], cwd=ROOT, env=os.environ, stdout=output, stderr=output)


def _has_children(worker: subprocess.Popen, count: int) -> bool:
    deadline = time.monotonic() + READY_WITHIN
    while worker.poll() is None and time.monotonic() < deadline:
        if len(psutil.Process(worker.pid).children(recursive=True)) >= count:
            return True
        time.sleep(0.1)
    return False
