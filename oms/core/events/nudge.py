"""Wake the relay after a commit. A hint only: if it is lost, the relay's own poll finds the work."""

from contextlib import suppress
from functools import cache

import redis
from django.conf import settings

CHANNEL = "tl:nudge"


@cache
def valkey() -> redis.Redis:
    return redis.Redis.from_url(settings.VALKEY_URL, socket_timeout=2, socket_connect_timeout=2)


def relay() -> None:
    with suppress(redis.RedisError):
        # One token is enough: the relay looks at everything that is due.
        valkey().set(CHANNEL, 1, ex=60)


def take() -> bool:
    """Was there a nudge since the last look?"""
    try:
        return valkey().delete(CHANNEL) == 1
    except redis.RedisError:
        return False
