"""The ground the other tests stand on does what they rely on."""

import socket

import pytest
from django.db import ProgrammingError, connection, connections

from tests.ground.network import LeftTheMachine

COUNT = "SELECT count(*) FROM django_session"


@pytest.fixture
def who(db: None) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


def test_tests_run_as_the_plain_login(who: str) -> None:
    assert who == "throughline"


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE accounts_user CASCADE",
        "CREATE TABLE stray (id int)",
        "ALTER TABLE accounts_user DISABLE ROW LEVEL SECURITY",
        "DROP TABLE accounts_user",
        "SET ROLE throughline_owner",
    ],
)
def test_the_plain_login_owns_nothing_and_can_not_truncate(db: None, statement: str) -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        cursor.execute(statement)


def test_no_login_of_ours_escapes_row_level_security(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname LIKE 'throughline%'"
        )
        assert dict(cursor.fetchall()) == {"throughline": False, "throughline_owner": False, "throughline_relay": False}


def test_committed_rows_are_gone_afterwards(committed_db: None) -> None:
    assert _found_and_left() == (0, 1)


def test_committed_rows_are_gone_afterwards_again(committed_db: None) -> None:
    assert _found_and_left() == (0, 1)


def _found_and_left() -> tuple[int, int]:
    """Sessions before and after one is added: whichever test runs second would find the first one's row."""
    with connections["default"].cursor() as cursor:
        found = cursor.execute(COUNT).fetchone()[0]
        cursor.execute("INSERT INTO django_session VALUES ('left', 'behind', now())")
        return found, cursor.execute(COUNT).fetchone()[0]


def test_no_connection_leaves_the_machine() -> None:
    with pytest.raises(LeftTheMachine):
        socket.create_connection(("192.0.2.1", 443), timeout=1)
    with pytest.raises(LeftTheMachine):
        socket.create_connection(("throughline.example", 443), timeout=1)
