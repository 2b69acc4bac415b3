"""What the stock book's tests need of the server."""

import pytest

from oms.core.db.reading import read_rows

# Like the oldest transaction of the whole server, but of this database alone.
_OLDEST_HERE = """
SELECT min(l.transactionid::text::bigint) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND a.datname = current_database()
"""


@pytest.fixture
def own_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint waits for every transaction of the server; other tests' databases, on the same one, don't count."""
    for door in ("audit", "valuing.follow"):
        monkeypatch.setattr(
            f"inventory.actions.{door}.oldest_open_transaction", lambda: read_rows(_OLDEST_HERE, [])[0][0]
        )
