"""Reading of received files: bytes in, members and sheets of pure text out."""

from ingestion.reading.container import Member, open_members
from ingestion.reading.errors import UnreadableFileError
from ingestion.reading.reader import read_workbook
from ingestion.reading.sheet import Sheet, Workbook

__all__ = ["Member", "Sheet", "UnreadableFileError", "Workbook", "open_members", "read_workbook"]
