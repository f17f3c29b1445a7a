"""Reading of received files: bytes in, members and sheets of pure text out."""

from ingestion.read.container import Member, open_members
from ingestion.read.errors import UnreadableFileError
from ingestion.read.reader import read_workbook
from ingestion.read.sheet import Sheet, Workbook

__all__ = ["Member", "Sheet", "UnreadableFileError", "Workbook", "open_members", "read_workbook"]
