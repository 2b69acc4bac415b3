"""``/healthz`` says the process answers; ``/readyz`` that it can work: database, schema and Valkey."""

from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from redis import RedisError

from oms.core.events.nudge import valkey


def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    checks = {"database": _database(), "valkey": _valkey()}
    ready = all(each == "ok" for each in checks.values())
    return JsonResponse({"status": "ok" if ready else "not ready", **checks}, status=200 if ready else 503)


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        return "migrations are pending" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"
    except OperationalError:
        return "cannot connect"


def _valkey() -> str:
    try:
        valkey().ping()
        return "ok"
    except RedisError:
        return "cannot connect"
