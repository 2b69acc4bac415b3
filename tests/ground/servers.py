"""One PostgreSQL and one Valkey per run, held by the controlling process; workers get the addresses."""

import base64
import json
import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from oms.run.trial import trial

ROOT = Path(__file__).resolve().parents[2]
BELOW = ROOT / ".data" / "tests"
TEMPLATE = "throughline_template"
# What workers, and the processes they start, need to know about the run.
HANDED_ON = "THROUGHLINE_TESTS"

_held = pytest.StashKey[ExitStack]()


def start(config: pytest.Config) -> None:
    """Start both servers and make the database that will be the template; tell the workers where."""
    stack = config.stash[_held] = ExitStack()
    running = stack.enter_context(trial(BELOW, scratch=True))
    running.make_database(TEMPLATE)
    facts = {
        "directory": str(running.postgres.directory),
        "postgres": running.postgres.url(),
        "template": running.addresses(TEMPLATE),
        "valkey": [running.valkey.url(number) for number in range(64)],
    }
    os.environ[HANDED_ON] = json.dumps(facts)


def stop(config: pytest.Config) -> None:
    """Stop what was started here; a run that was killed is cleared up by the next one."""
    if stack := config.stash.get(_held, None):
        stack.close()


def facts() -> dict:
    """Where the servers of this run are."""
    return json.loads(os.environ[HANDED_ON])


def database_name(worker: int) -> str:
    return f"throughline_{worker}"


def settings_for(worker: int) -> dict[str, str]:
    """The product's environment for one worker: a database, a Valkey number and a directory of its own."""
    run = facts()
    addresses = {
        name: url.replace(f"/{TEMPLATE}", f"/{database_name(worker)}")
        for name, url in run["template"].items()
        if name.startswith("DATABASE")
    }
    return addresses | {
        "VALKEY_URL": run["valkey"][worker],
        "THROUGHLINE_ENV": "development",
        "THROUGHLINE_DATA": f"{run['directory']}/files-{worker}",
        "DJANGO_SETTINGS_MODULE": "tests.ground.settings",
        "SECRET_KEY": "of-the-tests-" * 4,
        "ENCRYPTION_KEYS": "test:" + base64.b64encode(b"k" * 32).decode(),
        "LOG_LEVEL": "WARNING",
        "THROUGHLINE_WORKER": str(worker),
        # Playwright's synchronous API runs a loop in the thread of the test, which then may not use the ORM.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }
