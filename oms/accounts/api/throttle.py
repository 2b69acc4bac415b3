"""A limit per credential and minute, counted in Valkey in one round trip."""

import time

import structlog
from django.conf import settings
from redis import RedisError
from rest_framework.throttling import BaseThrottle

from oms.core.events.nudge import valkey

log = structlog.get_logger()

WINDOW_SECONDS = 60


class PerCredential(BaseThrottle):
    """``API_RATE_PER_MINUTE`` requests per key or person; 0 means no limit. Without Valkey nobody is refused."""

    def allow_request(self, request, view) -> bool:
        limit = settings.API_RATE_PER_MINUTE
        if not limit or request.auth is None:
            return True
        actor = request.auth.actor
        window = int(time.time()) // WINDOW_SECONDS
        counter = f"tl:rate:{request.auth.tenant_id}:{actor.kind}:{actor.id}:{window}"
        try:
            used, _ = valkey().pipeline(transaction=False).incr(counter).expire(counter, WINDOW_SECONDS).execute()
        except RedisError as error:
            log.warning("rates are not limited", error=repr(error))
            return True
        return used <= limit

    def wait(self) -> float:
        return WINDOW_SECONDS - time.time() % WINDOW_SECONDS
