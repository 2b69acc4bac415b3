"""Programs in real processes, each with connections of its own, that send the same order at the same moment."""

import multiprocessing
import time

CALLERS = 3
TIMEOUT_SECONDS = 60
PAUSE_SECONDS = 0.3


def call_at_once(*, secret: str, sent: dict, headers: dict[str, str]) -> list[tuple[int, dict, bool]]:
    """POST the order from each process; returns (status, body, was it replayed) of each."""
    context = multiprocessing.get_context("spawn")
    start, answers = context.Barrier(CALLERS), context.Queue()
    processes = [context.Process(target=_call, args=(secret, sent, headers, start, answers)) for _ in range(CALLERS)]
    for process in processes:
        process.start()
    found = [answers.get(timeout=TIMEOUT_SECONDS) for _ in processes]
    for process in processes:
        process.join(TIMEOUT_SECONDS)
    return found


def _call(secret: str, sent: dict, headers: dict[str, str], start, answers) -> None:
    import django

    django.setup()

    from django.db import connection
    from rest_framework.test import APIClient

    from orders.actions import place

    reserve = place.reserve_stock

    def reserve_slowly(**demands):
        """Everybody is past the look for duplicates, and nobody has committed yet."""
        time.sleep(PAUSE_SECONDS)
        return reserve(**demands)

    place.reserve_stock = reserve_slowly
    client = APIClient(headers={"authorization": f"Bearer {secret}"}, raise_request_exception=False)
    connection.ensure_connection()
    start.wait(TIMEOUT_SECONDS)
    answer = client.post("/api/v1/orders", sent, format="json", headers=headers)
    answers.put((answer.status_code, answer.json(), "Idempotency-Replayed" in answer))
    connection.close()
