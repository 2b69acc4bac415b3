"""No test talks to another machine: connecting to one, or asking for its address, fails with its name."""

import socket

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")
NAMES_OF_NOTHING = (None, "", b"")

_connect, _connect_ex, _getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo


class LeftTheMachine(OSError):
    """A test tried to reach the network."""


def stay_on_this_machine() -> None:
    """Refuse every connection that would leave, for the rest of this process."""

    def connect(self: socket.socket, address: object) -> None:
        _check(self, address)
        return _connect(self, address)

    def connect_ex(self: socket.socket, address: object) -> int:
        _check(self, address)
        return _connect_ex(self, address)

    def getaddrinfo(host: object, *rest: object, **options: object) -> list:
        name = host.decode() if isinstance(host, bytes) else host
        if host not in NAMES_OF_NOTHING and not _is_here(name) and not _is_number(name):
            raise LeftTheMachine(f"A test asked for the address of {name}.")
        return _getaddrinfo(host, *rest, **options)

    socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo = connect, connect_ex, getaddrinfo


def _check(connection: socket.socket, address: object) -> None:
    if connection.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(str(address[0])):
        raise LeftTheMachine(f"A test tried to connect to {address}.")


def _is_here(host: str) -> bool:
    return host.startswith(LOOPBACK)


def _is_number(host: str) -> bool:
    """An address needs no look-up; connecting to it is refused in its turn."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except OSError:
            continue
        return True
    return False
