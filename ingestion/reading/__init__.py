"""Reading of received files: bytes in, members and sheets of pure text out."""

from ingestion.reading.container import Member, open_members
from ingestion.reading.errors import UnreadableFileError
from ingestion.reading.reader import read_sheets
from ingestion.reading.sheet import Sheet

__all__ = ["Member", "Sheet", "UnreadableFileError", "open_members", "read_sheets"]
