"""`make run`: the whole product in one terminal, from nothing to a page that answers.

In order: lock the checkout, clear what a killed run left, servers, schema and demo merchant, programs,
mailbox; wait until it answers; tell where. Ctrl-C undoes the same in reverse.
"""

import fcntl
import json
import os
import shlex
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from oms.run.console import say, show_last, step
from oms.run.keyring import Keyring, write_private
from oms.run.mailbox import mailbox
from oms.run.ports import LOOPBACK, hold
from oms.run.processes import Ledger
from oms.run.programs import BIN, ROOT, Watch, product, run_once
from oms.run.stand import stand
from oms.run.unprivileged import make_passable

DEFAULT_PORT = 8000
READY_WITHIN = 180
OUTSIDE = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_RELAY_URL", "VALKEY_URL")


class Stopped(BaseException):
    """Somebody asked us to stop."""


def main() -> None:
    data = Path(os.environ.get("THROUGHLINE_DATA", ROOT / ".data")).resolve()
    make_passable(data)
    for directory in ("files", "static"):
        (data / directory).mkdir(mode=0o700, exist_ok=True)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        with ExitStack() as stack:
            try:
                _run(data, stack)
            finally:
                _ignore_signals()
    except Stopped:
        say("stopped; nothing is left running")


def _run(data: Path, stack: ExitStack) -> None:
    stack.enter_context(_only_one(data))
    ledger = Ledger(data / "processes.json")
    if ended := ledger.end_leftovers():
        say(f"ended what an earlier run had left: {', '.join(ended)}")
    held = stack.enter_context(_choose_port())
    port = held.getsockname()[1]
    url = f"http://{LOOPBACK}:{port}"
    settings = _settings(data, url)
    if settings["THROUGHLINE_ENV"] == "development" and "EMAIL_HOST" not in os.environ:
        settings["EMAIL_PORT"] = str(stack.enter_context(mailbox(data / "mail")))
    settings |= _addresses(data, stack, ledger)
    _say_which_wall_is_missing(settings)
    environment = {**os.environ, **settings}
    with step("Bringing the schema and the demo merchant up to date"):
        prepare = [BIN / "python", "-m", "oms.run.prepare"]
        run_once("prepare", prepare, environment=environment, ledger=ledger)

    watch = Watch(product(port, data), environment=environment, ledger=ledger)
    stack.callback(watch.stop)
    stack.callback(say, "stopping …")
    with step("Starting web, workers, beat and relay"):
        held.close()
        watch.start()
        _wait_until_ready(f"{url}/readyz", watch)
        watch.settle()
    demo = _demo(data)
    stack.enter_context(_facts(data, url, settings, demo))
    show_last(url=url, demo=demo, mail=_shown(data / "mail") if "EMAIL_PORT" in settings else None)
    while True:
        time.sleep(0.5)
        watch.look()


def _stop(number: int, frame: object) -> None:
    _ignore_signals()
    raise Stopped


def _ignore_signals() -> None:
    """Stopping is under way; a second Ctrl-C must not leave half of it undone."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """One run per checkout; the kernel gives the lock back however we end."""
    with (data / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            facts = data / "run.json"
            where = f" at {json.loads(facts.read_text())['url']}" if facts.exists() else ""
            raise SystemExit(f"Throughline is running from this directory already{where}.") from None
        for stale in ("run.json", "env"):
            (data / stale).unlink(missing_ok=True)
        yield


def _choose_port() -> socket.socket:
    """The port asked for, or the first free one from the usual one on; held until the web server takes it."""
    asked = os.environ.get("PORT", "")
    if asked:
        if not asked.isdigit() or not 0 < int(asked) < 65536:
            raise SystemExit(f"PORT={asked} is no port number.")
        if not (held := hold(int(asked))):
            raise SystemExit(f"Port {asked} is taken. Choose another with PORT=…, or leave PORT out.")
        return held
    held = next(filter(None, map(hold, range(DEFAULT_PORT, DEFAULT_PORT + 1000))))
    if (port := held.getsockname()[1]) != DEFAULT_PORT:
        say(f"port {DEFAULT_PORT} is taken, so this one answers on {port}")
    return held


def _settings(data: Path, url: str) -> dict[str, str]:
    """What the environment leaves open; whatever it says itself, wins."""
    keyring = Keyring(data / "secrets.json")
    ours = {
        "THROUGHLINE_ENV": "development",
        "THROUGHLINE_DATA": str(data),
        "BASE_URL": url,
        "SECRET_KEY": keyring["secret_key"],
        "ENCRYPTION_KEYS": keyring["encryption_keys"],
        "DJANGO_SETTINGS_MODULE": "oms.settings",
        "PYTHONUNBUFFERED": "1",
    }
    return {name: os.environ.get(name) or value for name, value in ours.items()}


def _addresses(data: Path, stack: ExitStack, ledger: Ledger) -> dict[str, str]:
    """Where the servers are: those the environment names, else our own."""
    given = {name: os.environ[name] for name in OUTSIDE if os.environ.get(name)}
    if "DATABASE_URL" in given and "VALKEY_URL" in given:
        say("using the PostgreSQL and Valkey that the environment names")
        return given
    if given:
        raise SystemExit("Set DATABASE_URL and VALKEY_URL both to use servers of your own, or neither.")
    with step("Starting PostgreSQL and Valkey"):
        servers = stand(data, ledger=ledger, keyring=Keyring(data / "secrets.json"), say=say)
        running = stack.enter_context(servers)
    return running.addresses()


def _say_which_wall_is_missing(settings: dict[str, str]) -> None:
    if "DATABASE_OWNER_URL" not in settings:
        say("DATABASE_OWNER_URL is not set: the application itself owns its tables, so nothing but its own care")
        say("keeps it from lifting row-level security. See docs/configuration.md.")
    if "DATABASE_RELAY_URL" not in settings:
        say("DATABASE_RELAY_URL is not set: the relay shares the application's login.")


def _wait_until_ready(address: str, watch: Watch) -> None:
    # No proxy that the environment may name: the address is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        watch.look()
        try:
            with opener.open(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"{address} did not answer within {READY_WITHIN} s; what the programs said is above.")


def _demo(data: Path) -> dict:
    """What the demo merchant's maker wrote down; empty where the installation was not empty to begin with."""
    path = data / "demo.json"
    if not path.exists():
        return {}
    path.chmod(0o600)
    return json.loads(path.read_text())


@contextmanager
def _facts(data: Path, url: str, settings: dict[str, str], demo: dict) -> Iterator[None]:
    """Write down where the product answers, and how `manage.py` reaches it, for as long as it does."""
    facts = {
        "url": url,
        "database_url": settings["DATABASE_URL"],
        "tenant": demo.get("tenant"),
        "logins": demo.get("logins", {}),
        "api_key": demo.get("api_key"),
        "customer_link": next((f"{url}{path}" for path in demo.get("links", {}).values()), None),
    }
    write_private(data / "env", "".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items()))
    write_private(data / "run.json", json.dumps(facts, indent=2) + "\n")
    try:
        yield
    finally:
        (data / "run.json").unlink(missing_ok=True)
        (data / "env").unlink(missing_ok=True)


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    sys.exit(main())
