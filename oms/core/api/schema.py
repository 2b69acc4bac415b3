"""The OpenAPI description: every operation also documents its problem answer and its idempotency header."""

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; branch on this."},
        "detail": {"type": "string", "description": "What happened, why, and what to do."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A UUID of yours. A retry with the same key gets the first answer, and has no second effect.",
)

PAGING = [
    OpenApiParameter("cursor", str, description="From `next` or `previous` of a page; leave it out for the first one."),
    OpenApiParameter("page_size", int, description="1 to 250, 50 unless given."),
]


class AllowedActionShape(serializers.Serializer):
    """What this caller may do now; `reason` says why not, and is empty when permitted."""

    verb = serializers.CharField()
    label = serializers.CharField()
    permitted = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True)
    confirm = serializers.BooleanField(help_text="Ask a person once more first.")


def page_of(serializer: type[serializers.Serializer], name: str) -> type[serializers.Serializer]:
    """The shape of one keyset page, for the API description."""
    fields = {
        "results": serializer(many=True),
        "next": serializers.CharField(allow_null=True, help_text="The address of the next page."),
        "previous": serializers.CharField(allow_null=True),
    }
    return type(f"{name}Page", (serializers.Serializer,), fields)


class ProblemSchema(AutoSchema):
    def get_override_parameters(self):
        return [IDEMPOTENCY_KEY] if self.method == "POST" else []

    def _get_response_bodies(self, direction="response"):
        bodies = super()._get_response_bodies(direction)
        bodies["default"] = {
            "description": "A problem (RFC 9457)",
            "content": {"application/problem+json": {"schema": PROBLEM}},
        }
        return bodies
