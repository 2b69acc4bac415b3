"""Channels that are older than connections get theirs by the migration."""

from importlib import import_module

import pytest
from django.db import connections

from channels.models import Connection
from oms.core.actors import system
from oms.core.tenancy import unit_of_work

migration = import_module("channels.migrations.0007_protect_connections")


@pytest.mark.usefixtures("committed_db")
def test_every_channel_there_is_gets_both_ways_in(catalog, tenant):
    with unit_of_work(tenant.id, system("tests")):
        Connection.objects.all().delete()
    owner = connections["owner"]
    with owner.schema_editor() as editor:
        migration.connect_channels(None, editor)
    owner.close()
    with unit_of_work(tenant.id, system("tests")):
        made = Connection.objects.order_by("kind").values_list("kind", "channel_id", "state")
        assert list(made) == [("api", catalog.channel.id, "active"), ("file", catalog.channel.id, "active")]
