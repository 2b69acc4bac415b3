"""The embedded servers survive what happens to them on a developer's machine."""

import os
import signal
from pathlib import Path

import psycopg
import pytest

from oms.run.keyring import Keyring
from oms.run.ports import is_free
from oms.run.processes import Ledger
from oms.run.servers import Postgres, ServerFailed
from oms.run.unprivileged import Account, open_way


@pytest.fixture
def postgres(tmp_path: Path) -> dict:
    keyring = Keyring(tmp_path / "secrets.json")
    # The directories pytest makes are closed to others, as a private home is.
    return {
        "directory": tmp_path,
        "password": keyring["postgres_password"],
        "ledger": Ledger(tmp_path / "processes.json"),
        "settings": {"shared_buffers": "16MB"},
        "say": lambda text: None,
    }


def test_a_database_survives_kill_nine(postgres: dict) -> None:
    first = Postgres(**postgres).__enter__()
    with psycopg.connect(first.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(_pid(first), signal.SIGKILL)

    with Postgres(**postgres) as second, psycopg.connect(second.url()) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def _pid(server: Postgres) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def test_what_a_killed_runner_left_is_ended(postgres: dict) -> None:
    abandoned = Postgres(**postgres).__enter__()

    ended = Ledger(postgres["directory"] / "processes.json").end_leftovers()

    assert ended == ["postgres"]
    assert abandoned.died()
    assert is_free(abandoned.port)


def test_a_foreign_directory_is_not_overwritten(postgres: dict) -> None:
    data = postgres["directory"] / "postgres"
    data.mkdir()
    (data / "thesis.txt").write_text("ten years of work")
    with pytest.raises(ServerFailed, match=r"thesis\.txt"):
        Postgres(**postgres).__enter__()
    assert (data / "thesis.txt").read_text() == "ten years of work"


def test_only_passing_through_is_opened(tmp_path: Path) -> None:
    private = tmp_path / "home"
    private.mkdir(mode=0o700)
    said = []
    open_way([private / "data"], Account(uid=os.getuid() + 1, gid=os.getgid()), said.append)
    assert private.stat().st_mode & 0o777 == 0o701
    assert any(str(private) in line for line in said)


def test_secrets_are_private_and_stay(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    made = Keyring(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Keyring(path)["secret_key"] == made["secret_key"]
