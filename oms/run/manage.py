"""`manage.py` against the running product: `python -m oms.run.manage shell`, as `make shell` does."""

import os
import shlex
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENV_FILE = ROOT / ".data" / "env"


def main(arguments: list[str]) -> None:
    """Take on the environment that `make run` wrote down, and become `manage.py`."""
    if not ENV_FILE.exists():
        sys.exit("Throughline is not running here: start it with `make run` in another terminal.")
    pairs = (word.split("=", 1) for word in shlex.split(ENV_FILE.read_text()))
    os.execve(sys.executable, [sys.executable, str(ROOT / "manage.py"), *arguments], {**os.environ, **dict(pairs)})


if __name__ == "__main__":
    main(sys.argv[1:])
