"""PostgreSQL refuses to run as root, so as root the servers run as a system user of their own.

That user must be able to reach the programs in `.venv` and its data under `.data`. Where a directory
above them is closed to others (a checkout below a private home), it gets the one permission that is
missing, to pass through, not to list; each such change is told.
"""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

NAME = "throughline"
PASS_THROUGH = stat.S_IXOTH


@dataclass(frozen=True)
class Account:
    """The system user that servers run as."""

    uid: int
    gid: int

    def popen_options(self) -> dict:
        """What `subprocess` needs to start a program as this user, and only as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account() -> Account | None:
    """The user to run servers as, made if missing; None where we are no root and need none."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        entry = _make_user()
    return Account(entry.pw_uid, entry.pw_gid)


def open_way(targets: Iterable[Path], account: Account, say: Callable[[str], None]) -> None:
    """Let the account pass through every directory above these paths."""
    for directory in dict.fromkeys(parent for target in targets for parent in target.resolve().parents):
        found = directory.stat()
        if found.st_uid != account.uid and not found.st_mode & PASS_THROUGH:
            say(f"{directory} lets other users pass through (not list) from now on, for the database's own user")
            directory.chmod(stat.S_IMODE(found.st_mode) | PASS_THROUGH)


def open_tree(root: Path, account: Account) -> None:
    """Make files that a strict umask closed readable, as an installed program's files are."""
    if root.stat().st_mode & stat.S_IROTH and root.stat().st_mode & PASS_THROUGH:
        return
    for path in (root, *root.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        passable = PASS_THROUGH if mode & stat.S_IXUSR else 0
        path.chmod(mode | stat.S_IROTH | passable)


def make_passable(directory: Path) -> None:
    """Make a directory of ours: private, except that as root the servers' user passes through it."""
    directory.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)


def own(directory: Path, account: Account | None) -> None:
    """Make a private directory that belongs to the account, or to us."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account and directory.stat().st_uid != account.uid:
        for path in (directory, *directory.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _make_user() -> pwd.struct_passwd:
    if not shutil.which("useradd"):
        raise SystemExit(
            "As root this needs useradd, to make a user for PostgreSQL. Run it as an ordinary user instead."
        )
    made = subprocess.run(
        ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME],
        capture_output=True,
        text=True,
    )
    try:
        # Another checkout may have made it in the same moment, so the outcome decides, not the exit code.
        return pwd.getpwnam(NAME)
    except KeyError:
        raise SystemExit(f"useradd could not make the user {NAME!r}: {made.stderr.strip()}") from None
