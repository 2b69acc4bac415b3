"""The OpenAPI description: every operation also documents its problem answer and its idempotency header."""

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

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
