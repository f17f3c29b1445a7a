"""What a user can cause: the message is Russian, says what is wrong, where, and what to do next."""

import traceback
from pathlib import Path


class UserError(Exception):
    """A refusal the user can act on; its text is shown as it is, without a traceback."""


class RefusedFileError(UserError):
    """A whole file cannot be taken: no known header, a required column missing, no secret for people's data."""


class UnrecognisedFileError(RefusedFileError):
    """No known kind of export fits the file."""


class BuildInUseError(UserError):
    """Another process has the build file open: dbt of a killed refresh, or somebody's console."""


class FailedFileError(Exception):
    """The program failed at a file, which is no verdict on the file; the message is Russian and free of data."""


def type_and_place(error: BaseException) -> str:
    """«KeyError, table.py:41»: what is left of an unforeseen error, whose message may quote a person's data."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f", {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
