"""The database of a worker: built once per run by the owner, cloned, and used through the plain login."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from tests.ground import servers

ALL_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    ORDER BY relname
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: object) -> Iterator[None]:
    """Clone this worker's database from the template, building that first if nobody has yet.

    In place of pytest-django's own: the plain login the tests run as may not make databases or tables.
    """
    run = servers.facts()
    name = os.environ["DATABASE_URL"].rpartition("/")[2]
    # One at a time: PostgreSQL copies a template only while nobody is connected to it.
    with Path(run["directory"], "template.lock").open("a+") as lock, django_db_blocker.unblock():
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if not lock.read():
            _build_template()
            lock.write("built")
        with psycopg.connect(run["postgres"], autocommit=True) as admin:
            admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER throughline_owner").format(
                    sql.Identifier(name), sql.Identifier(servers.TEMPLATE)
                )
            )
    yield
    with django_db_blocker.unblock():
        connections.close_all()


def _build_template() -> None:
    """Migrate the template as the owner, as an operator would."""
    owner = connections["owner"]
    name = owner.settings_dict["NAME"]
    owner.settings_dict["NAME"] = servers.TEMPLATE
    try:
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    finally:
        owner.close()
        owner.settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def _tables_to_empty(django_db_setup: None, django_db_blocker: object) -> list[str]:
    """All tables but those that a migration fills: they hold reference data, and are what they should be."""
    with django_db_blocker.unblock(), connections["owner"].cursor() as cursor:
        cursor.execute(ALL_TABLES)
        names = [name for (name,) in cursor.fetchall()]
        empty = []
        for name in names:
            cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(name)))
            if not cursor.fetchone()[0]:
                empty.append(name)
        return empty


@pytest.fixture
def committed_db(_tables_to_empty: list[str], django_db_blocker: object) -> Iterator[None]:
    """A database in which commits are real, for tests with threads, processes or a served product.

    Afterwards the owner empties the tables; the plain login has no TRUNCATE. Whatever a test started
    must have ended by then: a transaction left open makes the emptying fail rather than wait.
    """
    with django_db_blocker.unblock():
        yield
        for alias in connections:
            connections[alias].close()
        tables = sql.SQL(", ").join(map(sql.Identifier, _tables_to_empty))
        with connections["owner"].cursor() as cursor:
            cursor.execute("SET lock_timeout = '10s'")
            cursor.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(tables))
        connections["owner"].close()


@pytest.fixture(autouse=True)
def _empty_valkey() -> None:
    """Rate limits, locks, cached pages and queued tasks of one test are not those of the next."""
    from django.core.cache import cache

    cache.clear()
