"""Sample data for a merchant who has nothing yet: filled in by a job, and removed again without a trace.

Whoever fills a merchant has no trade yet, so removing takes all trade away, what was tried by hand too; the
people, their roles, keys, endpoints and settings stay.
"""

from graphlib import TopologicalSorter
from uuid import UUID

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from inventory.models import Item, Location
from oms.accounts.locks import lock_tenant
from oms.accounts.models import SalesChannel
from oms.core.audit import Change, record
from oms.core.db.protection import tenant_references
from oms.core.errors import NotAllowed
from oms.core.models import Job, StoredFile, Tenant
from oms.core.tenancy import unit
from oms.demo.merchant import KIND, begin_year
from orders.models import Order

ORDERS, DAYS = 240, 90
MARK = "sample_data"
TRADE = ("inventory", "orders", "fulfillment", "shipping", "returns", "channels", "notifications", "analytics")
# Rows of rooms that stay, which are about trade all the same.
ABOUT_TRADE = ("accounts.SalesChannel", "webhooks.Message", "webhooks.Attempt", "core.Delivery", "core.StoredFile",
               "core.JobRow", "core.Job")  # fmt: skip
# What is told of these stays.
KEPT_FACTS = ("business", "member", "api_key", "approval", "endpoint")
KEPT_CHANGES = ("settings", "team", "keys", "webhooks", "approvals")


def has_sample_data(tenant: Tenant) -> bool:
    return MARK in tenant.settings


def is_empty() -> bool:
    """Whether the merchant has nothing that sample data could be mixed up with."""
    return not any(model.objects.exists() for model in (SalesChannel, Location, Item, Order))


def fill_with_sample_data() -> Job:
    """Begin to fill an empty merchant; the job goes on by itself. Raises `NotAllowed`."""
    tenant = lock_tenant()
    if has_sample_data(tenant):
        raise NotAllowed("filled", "fill", "The sample data is here already.")
    if not is_empty():
        message = "There are channels, locations, items or orders already, so sample data would be mixed up with them."
        raise NotAllowed("in use", "fill", message)
    job = begin_year(orders=ORDERS, now=timezone.now(), days=DAYS)
    _mark(tenant, {MARK: {"job": str(job.id)}})
    record([Change("settings.edit", "Filled with sample data", (("business", tenant.public_id),))])
    return job


def remove_sample_data() -> None:
    """Take all trade away again. Raises `NotAllowed`, also while the sample data is still being made."""
    tenant = lock_tenant()
    if not has_sample_data(tenant):
        raise NotAllowed("real", "remove", "There is no sample data here. Nothing was removed.")
    if Job.objects.filter(kind=KIND, state__in=(Job.QUEUED, Job.RUNNING)).exists():
        message = "The sample data is still being made. Wait for its job, or cancel it on the Jobs page first."
        raise NotAllowed("being filled", "remove", message)
    paths = list(StoredFile.objects.values_list("path", flat=True))
    for model in _children_first():
        _delete(model._meta.db_table, "true")
    _delete("core_fact", "NOT aggregate = ANY(%s)", list(KEPT_FACTS))
    _delete("core_factsequence", "NOT EXISTS (SELECT 1 FROM core_fact f WHERE f.tenant_id = core_factsequence.tenant_id"
            " AND f.aggregate_id = core_factsequence.aggregate_id)")  # fmt: skip
    _delete("core_auditentry", "NOT split_part(verb, '.', 1) = ANY(%s)", list(KEPT_CHANGES))
    _delete("core_counter", "true")
    _mark(tenant, {})
    record([Change("settings.edit", "Sample data removed", (("business", tenant.public_id),))])
    transaction.on_commit(lambda: _forget_files(paths))


def own_orders() -> int:
    """Orders that did not come with the sample data, and go with it all the same."""
    return Order.objects.exclude(source__in=("demo", "exchange")).count()


def job_of(tenant: Tenant) -> Job | None:
    known = tenant.settings.get(MARK)
    return Job.objects.filter(id=UUID(known["job"])).first() if known else None


def trade_models() -> list[type[Model]]:
    """Every table that sample data may leave something in."""
    rooms = [model for label in TRADE for model in apps.get_app_config(label).get_models() if model._meta.managed]
    return [*rooms, *map(apps.get_model, ABOUT_TRADE)]


def _children_first() -> list[type[Model]]:
    models = trade_models()
    graph = {model: {each.related_model for each in tenant_references(model)} - {model} for model in models}
    return [model for model in reversed(list(TopologicalSorter(graph).static_order())) if model in models]


def _delete(table: str, where: str, *given: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE tenant_id = %s AND ({where})", [unit().tenant_id, *given])


def _mark(tenant: Tenant, mark: dict) -> None:
    tenant.settings = {name: value for name, value in tenant.settings.items() if name != MARK} | mark
    tenant.save(update_fields=["settings"])


def _forget_files(paths: list[str]) -> None:
    for path in paths:
        default_storage.delete(path)
