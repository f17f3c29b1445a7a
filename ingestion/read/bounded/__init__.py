"""Received files are opened in a child process: what a file does to its reader never reaches the other files.

Each file gets a process of its own, bounded in memory and time by VITRINA_FILE_MEMORY and VITRINA_FILE_SECONDS. A file
that breaks its reader, or takes more than that, raises FailedFileError.
"""

from ingestion.read.bounded.opening import open_members, read_head, read_workbook, release, remember

__all__ = ["open_members", "read_head", "read_workbook", "release", "remember"]
