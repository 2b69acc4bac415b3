"""A fresh pair of durable servers, a migrated database, and one merchant with items and stock."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from oms.run.ports import free_port
from oms.run.stand import DATABASE, Stand
from oms.run.trial import trial

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".data"
BIN = Path(sys.executable).parent


@dataclass
class Ground:
    """The servers and who is asking: one tenant, one key, its items and locations."""

    stand: Stand
    tenant_id: int
    slug: str
    key: str
    channel_id: str
    session_key: str

    def cookie(self, address: str) -> str:
        """The signed-in person's cookie; its name carries the server's port."""
        return f"tl_session{address.rpartition(':')[2]}={self.session_key}"

    def admin(self) -> psycopg.Connection:
        """A superuser's connection: row-level security does not bind it, which makes it the floor."""
        return psycopg.connect(self.stand.postgres.url(DATABASE))

    def database_cpu(self) -> float:
        """CPU seconds used so far by PostgreSQL: its living processes and those it has reaped."""
        return tree_cpu(self.stand.postgres._process.pid)


def tree_cpu(pid: int) -> float:
    """CPU seconds of a process, its living descendants, and the children they have reaped."""
    total = 0.0
    root = psutil.Process(pid)
    for process in (root, *root.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
        total += getattr(times, "children_user", 0) + getattr(times, "children_system", 0)
    return total


@contextmanager
def ground() -> Iterator[Ground]:
    """Start, migrate, and make the merchant; stop and remove everything at the end."""
    with trial(DATA / "bench", scratch=False) as running:
        os.environ.update(
            running.addresses(),
            DJANGO_SETTINGS_MODULE="oms.settings",
            THROUGHLINE_ENV="production",
            THROUGHLINE_DATA=str(DATA / "bench-files"),
            SECRET_KEY="for measuring only, on this machine " * 2,
            ENCRYPTION_KEYS="k1:" + "A" * 43 + "=",
            LOG_LEVEL="WARNING",
            # Counted as always, but never reached.
            API_RATE_PER_MINUTE="1000000000",
        )
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        yield _merchant(running)


def _merchant(running: Stand) -> Ground:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.cached_db import SessionStore

    from oms.accounts import roles
    from oms.accounts.actions.channels import create_channel
    from oms.accounts.actions.keys import create_key
    from oms.accounts.models import Membership, User
    from oms.core.actors import system
    from oms.core.models import Tenant
    from oms.core.tenancy import unit_of_work

    tenant = Tenant.objects.create(slug="bench", name="Bench", currency="GBP", country="GB")
    user = User.objects.create_user(email="bench@example.com", password="not used for signing in")
    Membership.objects.create(user=user, tenant=tenant, role=roles.OWNER)
    with unit_of_work(tenant.id, system("bench")):
        channel = create_channel(code="web", name="Web", kind="shop")
        _, secret = create_key(name="bench", scopes=list(roles.VERBS))
    session = SessionStore()
    session[SESSION_KEY] = str(user.id)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return Ground(running, tenant.id, tenant.slug, secret, str(channel.id), session.session_key)


@contextmanager
def served(workers: int = 1) -> Iterator[tuple[str, psutil.Process]]:
    """The product's web server as it runs for users; yields its address and its process."""
    port = free_port(None)
    argv = [
        BIN / "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws",
        "--workers", str(workers), "--blocking-threads", "4", "--workers-kill-timeout", "10", "oms.wsgi:application",
    ]  # fmt: skip
    environment = os.environ | {"BASE_URL": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen(argv, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_ready(port)
        yield f"127.0.0.1:{port}", psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_ready(port: int) -> None:
    import http.client

    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError("The web server did not become ready.")
