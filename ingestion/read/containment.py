"""A file that breaks the program must not break the night: it is set aside, the others load."""

from collections.abc import Iterator
from contextlib import contextmanager

from ingestion.errors import FailedFileError, UserError, type_and_place
from ingestion.read import UnreadableFileError
from ingestion.read.bounded.client import program_error

PANIC = "PanicException"
"""What a crash in a library written in Rust raises; no Exception."""


@contextmanager
def contained(file_name: str) -> Iterator[None]:
    """Turn an unforeseen error of reading or examining one file into FailedFileError.

    The error's own message is left out, because it may quote a person's data; its type and place are kept.
    Errors of the database or the disk while loading are not caught here: they concern every file.
    """
    try:
        yield
    except (UserError, UnreadableFileError, FailedFileError):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != PANIC:
            raise
        raise FailedFileError(program_error(file_name, type_and_place(error))) from None
