"""Shapes of connections and their messages in the API."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from channels.actions.messages import why_not_replayed
from channels.models import ChannelMessage, Connection
from channels.queries.connections import hook_urls
from oms.core.tenancy import unit

CUSTOMERS = "customers.view"
STATES = list(ChannelMessage.STATES)


class ConnectionSerializer(serializers.ModelSerializer):
    channel = serializers.CharField(source="channel.code")
    hook_url = serializers.SerializerMethodField(help_text="Where messages are posted, signed; empty if no hook.")

    class Meta:
        model = Connection
        fields = [
            "id", "channel_id", "channel", "kind", "name", "state", "state_reason", "hook_url", "previous_until",
            "version", "created_at",
        ]  # fmt: skip
        extra_kwargs = {
            "state": {"help_text": "`refused`: the last thing that came was not signed with the secret in force."},
            "previous_until": {"help_text": "Until then the secret before the rotation is accepted too."},
        }

    def get_hook_url(self, connection: Connection) -> str:
        return hook_urls([connection]).get(connection.id, "")


class HealthSerializer(serializers.Serializer):
    last_in = serializers.DateTimeField(allow_null=True, help_text="Null when nothing came in 30 days.")
    messages = serializers.IntegerField(help_text="In the last 24 hours; counted to 1,001.")
    failed = serializers.IntegerField()
    waiting = serializers.IntegerField()
    orders = serializers.IntegerField(help_text="Of the channel in the last 24 hours, by whatever way they came.")


class OneConnectionSerializer(ConnectionSerializer):
    health = HealthSerializer()

    class Meta(ConnectionSerializer.Meta):
        fields = [*ConnectionSerializer.Meta.fields, "health"]


class NewConnectionSerializer(ConnectionSerializer):
    secret = serializers.CharField(help_text="`whsec_…`, shown this once: it signs what is posted to the hook.")

    class Meta(ConnectionSerializer.Meta):
        fields = [*ConnectionSerializer.Meta.fields, "secret"]


class ConnectionDraft(serializers.Serializer):
    """A signed hook. Files and the API are connected with the channel itself."""

    channel_id = serializers.UUIDField()
    name = serializers.CharField(max_length=200)


class ConnectionChange(serializers.Serializer):
    name = serializers.CharField(max_length=200)


class MessageQuery(serializers.Serializer):
    connection_id = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(STATES, required=False)
    cursor = serializers.CharField(required=False, help_text="From `next` or `previous`.")
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=250, help_text="50 by default.")


class ChannelMessageSerializer(serializers.ModelSerializer):
    class Meta:
        model = ChannelMessage
        fields = [
            "id", "connection_id", "message_id", "kind", "subject", "content_type", "state", "outcome", "error",
            "order_id", "import_id", "attempts", "due_at", "received_at", "done_at",
        ]  # fmt: skip
        extra_kwargs = {
            "message_id": {"help_text": "The sender's own id: the same one again is a copy."},
            "subject": {"help_text": "The channel's number of the order, or the name of a file."},
            "outcome": {"help_text": "What became of it, in a sentence."},
            "error": {"help_text": "Why it failed or waits, or what of it was refused."},
        }


class OneChannelMessageSerializer(ChannelMessageSerializer):
    body = serializers.SerializerMethodField(help_text="As it came, for 30 days; null without `customers.view`.")
    replay_refused = serializers.SerializerMethodField(help_text="Why it cannot be read again; empty when it can.")

    class Meta(ChannelMessageSerializer.Meta):
        fields = [*ChannelMessageSerializer.Meta.fields, "headers", "body", "replay_refused"]

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_body(self, message: ChannelMessage) -> str | None:
        return message.body if unit().actor.permits(CUSTOMERS) else None

    def get_replay_refused(self, message: ChannelMessage) -> str:
        return why_not_replayed(message)
