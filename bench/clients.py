"""Clients in processes of their own, so that they do not share our interpreter, all starting together."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from typing import Any

STARTS_WITHIN, ENDS_WITHIN = 120, 900

# A client makes itself ready, calls what it is given to wait for the others, and returns a list of what it measured.
Client = Callable[..., list]


def together(client: Client, shares: Sequence[Any], *more: Any) -> tuple[float, list]:
    """``client(wait, share, *more)`` for each share; returns the seconds it took and everything measured."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(len(shares) + 1), context.Queue()
    workers = [context.Process(target=_run, args=(client, barrier, results, share, *more)) for share in shares]
    for worker in workers:
        worker.start()
    barrier.wait(STARTS_WITHIN)
    started = time.perf_counter()
    measured = [each for _ in workers for each in results.get(timeout=ENDS_WITHIN)]
    seconds = time.perf_counter() - started
    for worker in workers:
        worker.join(30)
    return seconds, measured


def _run(client: Client, barrier, results, share: Any, *more: Any) -> None:
    results.put(client(lambda: barrier.wait(STARTS_WITHIN), share, *more))
