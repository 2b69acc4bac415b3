"""Both servers and one database with its three logins, ready to migrate: for `make run`, tests and benchmarks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from oms.run.keyring import Keyring
from oms.run.processes import Ledger
from oms.run.servers import SCRATCH, Postgres, Valkey

DATABASE = "throughline"
OWNER, APP, RELAY = "throughline_owner", "throughline", "throughline_relay"
ROLES_SQL = Path(__file__).with_name("roles.sql")


@dataclass(frozen=True)
class Stand:
    """The running pair of servers."""

    postgres: Postgres
    valkey: Valkey
    keyring: Keyring

    def addresses(self, database: str = DATABASE, *, valkey_database: int = 0) -> dict[str, str]:
        """The variables that point the product at a database here."""

        def url(user: str, key: str) -> str:
            return self.postgres.url(database, user=user, password=self.keyring[key])

        return {
            "DATABASE_URL": url(APP, "app_password"),
            "DATABASE_OWNER_URL": url(OWNER, "owner_password"),
            "DATABASE_RELAY_URL": url(RELAY, "relay_password"),
            "VALKEY_URL": self.valkey.url(valkey_database),
        }

    def administer(self, database: str = "postgres") -> psycopg.Connection:
        """A connection as the superuser, each statement on its own."""
        return psycopg.connect(self.postgres.url(database), autocommit=True)

    def make_database(self, name: str = DATABASE) -> None:
        """Make the database unless it is there, and see that the three logins have what is theirs."""
        with self.administer() as admin:
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with self.administer(name) as admin:
            for login in ("owner", "app", "relay"):
                setting = (f"throughline.{login}_password", self.keyring[f"{login}_password"])
                admin.execute("SELECT set_config(%s, %s, false)", setting)
            admin.execute(ROLES_SQL.read_bytes())


@contextmanager
def stand(
    directory: Path, *, ledger: Ledger, keyring: Keyring, scratch: bool = False, say: Callable[[str], None] = print
) -> Iterator[Stand]:
    """Start both servers below a directory; stop them at the end, Valkey first.

    `scratch` is for data that may be lost with the machine: tests and trials.
    """
    common = {"ledger": ledger, "say": say}
    settings = SCRATCH if scratch else {}
    with (
        Postgres(directory, password=keyring["postgres_password"], settings=settings, **common) as postgres,
        Valkey(directory, password=keyring["valkey_password"], keep=not scratch, databases=64, **common) as valkey,
    ):
        running = Stand(postgres, valkey, keyring)
        running.make_database()
        yield running
