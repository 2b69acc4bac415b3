"""Marketplaces from before the choice tell their customers themselves; what somebody chose stays."""

from importlib import import_module
from types import SimpleNamespace

from django.db import connections, transaction

from oms.accounts.actions.channels import create_channel
from oms.accounts.models import SalesChannel
from oms.core.actors import system
from oms.core.tenancy import unit_of_work

let_marketplaces_tell = import_module("oms.accounts.migrations.0005_marketplaces_tell").let_marketplaces_tell


def test_marketplaces_tell_and_shops_still_wait_for_a_choice(committed_db, tenant, other_tenant):
    for each in (tenant, other_tenant):
        with unit_of_work(each.id, system("tests")):
            create_channel(code="old", name="Old", kind="marketplace")
            create_channel(code="ours", name="Ours", kind="marketplace", told_by="us")
            create_channel(code="shop", name="Shop", kind="shop")
            SalesChannel.objects.filter(code="old").update(told_by="nobody")
    with transaction.atomic(using="owner"):
        let_marketplaces_tell(None, SimpleNamespace(connection=connections["owner"]))
    for each in (tenant, other_tenant):
        with unit_of_work(each.id, system("tests")):
            found = dict(SalesChannel.objects.filter(code__in=["old", "ours", "shop"]).values_list("code", "told_by"))
        assert found == {"old": "channel", "ours": "us", "shop": "nobody"}
