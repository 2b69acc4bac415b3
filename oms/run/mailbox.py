"""The development mailbox: an SMTP server on loopback that keeps every message as a file.

Nothing leaves the machine. Each message becomes `<directory>/<time>-<recipient>.eml`, newest last.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from oms.run.ports import LOOPBACK, free_port


class _Keep:
    """Accepts every message and writes it down."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        first = envelope.rcpt_tos[0] if envelope.rcpt_tos else "nobody"
        recipient = re.sub(r"[^\w.@+-]", "_", first)[:80]
        path = self._directory / f"{time.strftime('%Y%m%d-%H%M%S')}-{time.monotonic_ns() % 10**9:09}-{recipient}.eml"
        path.write_bytes(envelope.original_content)
        return "250 Kept"


@contextmanager
def mailbox(directory: Path, *, usual_port: int = 1025) -> Iterator[int]:
    """Receive mail while the block runs, on the usual port or, where that is taken, on any; yields which."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    controller = _start(directory, usual_port) or _start(directory, free_port())
    if controller is None:
        raise RuntimeError("No port for the development mailbox could be had.")
    try:
        yield controller.port
    finally:
        controller.stop()


def _start(directory: Path, port: int) -> Controller | None:
    controller = Controller(_Keep(directory), hostname=LOOPBACK, port=port)
    try:
        controller.start()
    except OSError:
        controller.stop(no_assert=True)
        return None
    return controller
