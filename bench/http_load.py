"""Plain HTTP clients in processes of their own, so that they do not share our interpreter."""

import http.client
import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """One request: method, path, headers and body."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Answered:
    """What came back: HTTP status, seconds, and bytes of the body."""

    status: int
    seconds: float
    size: int


def load(address: str, shares: Sequence[Sequence[Call]]) -> tuple[float, list[Answered]]:
    """One keep-alive client per share, all starting together; returns the seconds it took and every answer."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(len(shares) + 1), context.Queue()
    workers = [context.Process(target=_client, args=(address, list(share), barrier, results)) for share in shares]
    for worker in workers:
        worker.start()
    barrier.wait(120)
    started = time.perf_counter()
    answers = [each for _ in workers for each in results.get(timeout=900)]
    seconds = time.perf_counter() - started
    for worker in workers:
        worker.join(30)
    return seconds, answers


def _client(address: str, calls: list[Call], barrier, results) -> None:
    connection = http.client.HTTPConnection(address, timeout=120)
    connection.connect()
    barrier.wait(120)
    answers = []
    for call in calls:
        started = time.perf_counter()
        connection.request(call.method, call.path, body=call.body or None, headers=call.headers)
        response = connection.getresponse()
        body = response.read()
        answers.append(Answered(response.status, time.perf_counter() - started, len(body)))
    results.put(answers)
