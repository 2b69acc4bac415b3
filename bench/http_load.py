"""Plain HTTP clients, each with one connection."""

import http.client
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.clients import together


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


def load(address: str, shares: Sequence[Sequence[Call]], *, every: float = 0) -> tuple[float, list[Answered]]:
    """One keep-alive client per share, all starting together; returns the seconds it took and every answer.

    With ``every`` a client makes a call in so many seconds, as people do, and else one after the other.
    """
    return together(_client, [(number, list(share)) for number, share in enumerate(shares)], address, every)


def _client(wait: Callable[[], object], share: tuple[int, list[Call]], address: str, every: float) -> list[Answered]:
    number, calls = share
    connection = http.client.HTTPConnection(address, timeout=120)
    connection.connect()
    beat = random.Random(number)
    wait()
    answers = []
    for call in calls:
        # Between half and one and a half times as long, or all would come at the same moment each time.
        time.sleep(every * (0.5 + beat.random()))
        started = time.perf_counter()
        connection.request(call.method, call.path, body=call.body or None, headers=call.headers)
        response = connection.getresponse()
        body = response.read()
        answers.append(Answered(response.status, time.perf_counter() - started, len(body)))
    return answers
