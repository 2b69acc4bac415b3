"""The whole suite ends within twelve minutes, by failing if need be."""

import os
import signal
import sys
import threading

LIMIT_SECONDS = 12 * 60


def set_up() -> None:
    """Interrupt the run when its time is over, and treat SIGTERM like Ctrl-C, so that servers are stopped."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    timer = threading.Timer(LIMIT_SECONDS, _give_up)
    timer.daemon = True
    timer.start()


def _give_up() -> None:
    print(f"\nThe tests ran for {LIMIT_SECONDS // 60} minutes and were stopped: that is a failure.", file=sys.stderr)
    os.kill(os.getpid(), signal.SIGINT)
