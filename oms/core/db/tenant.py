"""The base of every table that belongs to a tenant."""

from typing import Any

from django.db import models

from oms.core.db.keys import uuid7
from oms.core.tenancy import current_tenant_id


class TenantQuerySet(models.QuerySet):
    pass


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):
    """Raises outside a unit of work, and always names the tenant: row-level security is the net, not the filter."""

    def get_queryset(self):
        return super().get_queryset().filter(tenant_id=current_tenant_id())


class TenantForeignKey(models.ForeignKey):
    """A reference to another table of the same tenant.

    The constraint spans ``(column, tenant_id)`` and is made by `ProtectTenantTable`, so that a row
    cannot even point at a stranger's; Django makes none of its own.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **options: Any) -> None:
        options["db_constraint"] = False
        super().__init__(to, on_delete, **options)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs


class TenantModel(models.Model):
    """``id`` is what Django joins on; the real primary key is ``(id, tenant_id)``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant_id = models.BigIntegerField(default=current_tenant_id, editable=False)

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"


class TenantLogModel(TenantModel):
    """For rows nobody addresses from outside (movements, log lines): a narrow, rising key."""

    id = models.BigAutoField(primary_key=True)

    class Meta(TenantModel.Meta):
        abstract = True
