from channels.models.connections import ChannelMessage, Connection
from channels.models.files import Import, ImportDocument, ImportItem, ImportRow, Mapping

__all__ = ["ChannelMessage", "Connection", "Import", "ImportDocument", "ImportItem", "ImportRow", "Mapping"]
