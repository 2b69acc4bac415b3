"""What the terminal shows: steps as they happen, and one stream of lines with the name of who spoke."""

import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

COLOURS = {"web": 36, "worker": 32, "imports": 33, "beat": 35, "relay": 34, "mail": 90, "run": 1}
WIDTH = 8

_lock = threading.Lock()
_last = time.monotonic()
_colour = sys.stdout.isatty()


def say(text: str, *, who: str = "run") -> None:
    """One line of somebody's, never mixed with another's."""
    name = f"{who:<{WIDTH}}"
    if _colour:
        name = f"\033[{COLOURS.get(who, 37)}m{name}\033[0m"
    global _last
    with _lock:
        print(f"{name} {text}", flush=True)
        _last = time.monotonic()


def quiet_for() -> float:
    """Seconds since the last line."""
    return time.monotonic() - _last


def relay_lines(lines: Iterable[str], *, who: str) -> None:
    """Show what a child writes, line by line, until it closes its end."""
    for line in lines:
        say(line.rstrip("\n"), who=who)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Name what is being done, and then how long it took."""
    say(f"{text} …")
    began = time.monotonic()
    yield
    say(f"{text}: done in {time.monotonic() - began:.1f} s")


def show_last(*, url: str, demo: dict, mail: str | None) -> None:
    """The facts a person needs, after everything else has been said."""
    lines = ["", f"Throughline is running at {url}"]
    if logins := demo.get("logins"):
        width = max(len(login["email"]) for login in logins.values())
        lines += ["", "Sign in as"]
        lines += [f"  {role:<10}{login['email']:<{width}}  {login['password']}" for role, login in logins.items()]
    if links := demo.get("links"):
        lines += ["", "Customers see"]
        lines += [f"  {name:<10}{url}{path}" for name, path in links.items()]
    if key := demo.get("api_key"):
        lines += ["", f"API key     {key}"]
    lines += ["", f"API         {url}/api/docs/"]
    if mail:
        lines += [f"Mail        kept in {mail}"]
    lines += ["", "Ctrl-C stops everything.", ""]
    with _lock:
        print("\n".join(lines), flush=True)
