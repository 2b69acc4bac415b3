"""Keys made by the application, so that rows can be written in bulk without asking for them back."""

from uuid import UUID

import uuid_utils


def uuid7() -> UUID:
    """A time-ordered UUID (RFC 9562 version 7): new rows land at the end of the index."""
    return UUID(int=uuid_utils.uuid7().int)
