"""Real processes that stop in the middle of something and say so, to be killed there.

Run as ``python -m tests.concurrency.victims <what> <arguments>``. Each imports the product as it is and
slips a pause in from outside.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAYS = "in the middle"
WAIT_SECONDS = 60


@contextmanager
def in_the_middle_of(what: str, *arguments: object) -> Iterator[subprocess.Popen]:
    """Start a victim and wait until it stands in the middle; on leaving it is killed with SIGKILL."""
    victim = subprocess.Popen(
        [sys.executable, "-m", "tests.concurrency.victims", what, *map(str, arguments)],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        for line in victim.stdout:
            if line.strip() == SAYS:
                break
        else:
            raise AssertionError(f"{what} ended with {victim.wait()} before its middle")
        yield victim
        assert victim.poll() is None
    finally:
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        victim.stdout.close()


def stop_here(*_: object) -> None:
    print(SAYS, flush=True)
    time.sleep(WAIT_SECONDS)


def request(path: str, secret: str, key: str, body: str) -> None:
    """Answer a POST, and stop when all is written and nothing committed."""
    from django.test import Client

    from oms.core.api.views import TenantView

    settled = TenantView._settled

    def stop_then_settle(view, response):
        if response.status_code < 300:
            stop_here()
        return settled(view, response)

    TenantView._settled = stop_then_settle
    headers = {"authorization": f"Bearer {secret}", "idempotency-key": key}
    response = Client().post(path, body, content_type="application/json", headers=headers)
    print(response.status_code, response.content)


def relay(hint_seconds: str) -> None:
    """Run the relay, and stop after it has noted a hint, before it has sent it."""
    from oms.core.events import relay as relaying

    relaying.HINT_SECONDS = int(hint_seconds)
    relaying._sources["deliveries"] = relaying.DueWork(
        "deliveries", relaying._sources["deliveries"].keys_sql, stop_here
    )
    relaying.run(lambda: False)


def delivery(tenant_id: str, shard: str) -> None:
    """Deliver facts to a subscriber that writes, and stop before the commit."""
    from oms.accounts.models import SalesChannel
    from oms.core.events import registry, subscribe
    from oms.core.events.delivery import deliver
    from tests.core.facts import LampLit

    registry._subscribers.clear()

    @subscribe("tests.lamps", LampLit)
    def write_and_stop(envelopes) -> None:
        for envelope in envelopes:
            SalesChannel.objects.create(code=f"lamp-{envelope.fact.brightness}", name="x")
        stop_here()

    deliver(int(tenant_id), int(shard))


def job(tenant_id: str, stop_at: str) -> None:
    """Work on a job, and stop in its n-th chunk after it has written."""
    from oms.core.jobs import job_kind
    from oms.core.jobs.running import run_due_jobs
    from tests.concurrency.counting import count_to_five

    @job_kind("tests.count")
    def chunk(running):
        step = count_to_five(running)
        if step.result["last"] == int(stop_at):
            stop_here()
        return step

    run_due_jobs(int(tenant_id))


def webhook(tenant_id: str) -> None:
    """Send what is due, and stop when the receiver has answered and nothing of it is written down."""
    from oms.webhooks import tasks

    post = tasks.post
    tasks.post = lambda *args: (post(*args), stop_here())
    tasks.send_messages(tenant_id=int(tenant_id))


def label(tenant_id: str) -> None:
    """Buy labels, and stop when the carrier has answered and nothing of it is written down."""
    from shipping import tasks

    ask = tasks.ask_carrier
    tasks.ask_carrier = lambda *args: (ask(*args), stop_here())
    tasks.buy_due_labels(tenant_id=int(tenant_id))


def label_written(tenant_id: str) -> None:
    """Buy labels, and stop when all of it is written down and nothing committed."""
    from shipping import tasks

    settle = tasks.settle_purchase
    tasks.settle_purchase = lambda **args: (settle(**args), stop_here())
    tasks.buy_due_labels(tenant_id=int(tenant_id))


def refund(tenant_id: str) -> None:
    """Give money back, and stop when the gateway has answered and nothing of it is written down."""
    from orders import tasks

    ask = tasks.ask_gateway
    tasks.ask_gateway = lambda *args: (ask(*args), stop_here())
    tasks.send_due_refunds(tenant_id=int(tenant_id))


def refund_written(tenant_id: str) -> None:
    """Give money back, and stop when all of it is written down and nothing committed."""
    from orders import tasks

    settle = tasks.settle_parts
    tasks.settle_parts = lambda **args: (settle(**args), stop_here())
    tasks.send_due_refunds(tenant_id=int(tenant_id))


def hook(path: str, body: str, headers: str) -> None:
    """Take a carrier's message in, and stop when it is stored and not committed."""
    from django.test import Client

    from shipping import hook as door

    keep = door.keep_message
    door.keep_message = lambda **args: (keep(**args), stop_here())
    Client().post(path, body, content_type="application/json", headers=json.loads(headers))


def tracking(tenant_id: str) -> None:
    """Read a carrier's message, and stop when its scans are written and not committed."""
    from shipping.actions import listen
    from shipping.tasks import read_tracking

    take = listen.record_tracking
    listen.record_tracking = lambda **args: (take(**args), stop_here())
    read_tracking(tenant_id=int(tenant_id))


def shop_hook(path: str, body: str, headers: str) -> None:
    """Take a shop's message in, and stop when it is stored and not committed."""
    from django.test import Client

    from channels import hook as door

    keep = door.keep_message
    door.keep_message = lambda **args: (keep(**args), stop_here())
    Client().post(path, body, content_type="application/json", headers=json.loads(headers))


def shop_message(tenant_id: str) -> None:
    """Carry out a shop's message, and stop when its effect is written and not committed."""
    from channels.actions import effects
    from channels.tasks import read_messages

    place = effects.place_order
    effects.place_order = lambda **args: (place(**args), stop_here())
    read_messages(tenant_id=int(tenant_id))


def mail(tenant_id: str, port: str) -> None:
    """Send mail, and stop when the server has taken it and nothing of it is written down."""
    from django.conf import settings

    from oms.notifications import tasks
    from oms.notifications.adapters.smtp import PostOffice

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(port)
    send = PostOffice.send
    PostOffice.send = lambda office, mail: (send(office, mail), stop_here())
    tasks.send_due_mail(tenant_id=int(tenant_id))


def return_receipt(path: str, secret: str, key: str, body: str) -> None:
    """Book what came back, and stop when all of it is written and nothing committed."""
    request(path, secret, key, body)


VICTIMS: dict[str, Callable[..., None]] = {
    each.__name__: each
    for each in (
        request, relay, delivery, job, webhook, label, label_written, refund, refund_written, hook, tracking, shop_hook,
        shop_message, mail, return_receipt,
    )
}  # fmt: skip


if __name__ == "__main__":
    import django

    django.setup()
    VICTIMS[sys.argv[1]](*sys.argv[2:])
