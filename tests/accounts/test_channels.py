"""Sales channels: created once, renamed, switched off."""

import pytest

from oms.accounts.actions.channels import ChannelExists, create_channel, update_channel
from oms.core.errors import Invalid
from oms.core.models import AuditEntry, Fact


def test_a_channel_is_created_audited_and_told(uow):
    channel = create_channel(code=" Web ", name="Web shop", kind="shop")
    assert channel.code == "web"
    assert AuditEntry.objects.get(subject_id=channel.id).sentence == "Sales channel “Web shop” created"
    assert Fact.objects.get(tenant_id=uow.tenant_id, aggregate_id=channel.id).name == "channel.created"


def test_the_code_is_taken_once(uow):
    create_channel(code="web", name="Web shop")
    with pytest.raises(ChannelExists):
        create_channel(code="WEB", name="Another")


def test_every_bad_field_is_named_at_once(uow):
    with pytest.raises(Invalid) as refusal:
        create_channel(code="a b", name=" ", kind="pigeon")
    assert [each.field for each in refusal.value.fields] == ["name", "code", "kind"]


def test_only_what_changed_is_written_down(uow):
    channel = create_channel(code="web", name="Web shop")
    update_channel(channel_id=channel.id, active=False)
    fact = Fact.objects.get(tenant_id=uow.tenant_id, aggregate_id=channel.id, name="channel.changed")
    assert fact.payload["changed"] == ["active"]
    assert not update_channel(channel_id=channel.id).active
    assert Fact.objects.filter(tenant_id=uow.tenant_id, aggregate_id=channel.id).count() == 2
