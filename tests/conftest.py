"""The ground the tests stand on: real servers, a database per worker, a served product, a browser.

Domain fixtures (a tenant, an API client, stock) are in `tests/fixtures.py`.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.ground import deadline, network, servers

# Nothing is timed in tests: a busy machine may make an example slow, but not wrong.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

pytest_plugins = ["tests.ground.database", "tests.ground.browser", "tests.ground.served"]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Servers first, then settings that point at them, then Django, and only then what imports models."""
    import django

    if not is_worker(config):
        deadline.set_up()
        servers.start(config)
    if only_controls(config):
        # Workers inherit this environment. Were settings named in it (importing `oms` does that), pytest-django
        # would load them in each worker before its database is known.
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)
        return
    os.environ.update(servers.settings_for(worker_number(config)))
    network.stay_on_this_machine()
    django.setup()
    config.pluginmanager.import_plugin("tests.fixtures")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not is_worker(config):
        servers.stop(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below `tests/browser` needs a browser."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker("browser")


def only_controls(config: pytest.Config) -> bool:
    """Whether xdist's workers run the tests, and this process none."""
    return not is_worker(config) and bool(config.getoption("numprocesses", None))


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is one of xdist's, beside a controlling one that holds the servers."""
    return hasattr(config, "workerinput")


def worker_number(config: pytest.Config) -> int:
    """0 for the process that controls, 1 and up for xdist's workers."""
    return int(config.workerinput["workerid"].removeprefix("gw")) + 1 if is_worker(config) else 0
