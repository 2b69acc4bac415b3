"""Keys made by the application, so that rows can be written in bulk without asking for them back."""

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils import compat


def uuid7() -> UUID:
    """A time-ordered UUID (RFC 9562 version 7): new rows land at the end of the index."""
    return compat.uuid7()


def made_at(key: UUID) -> datetime:
    """When one of our keys was made, by the clock on the wall, whatever time its row claims."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)
