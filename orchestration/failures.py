"""Say what failed without repeating the data it failed on.

An exception raised while a person-level file is read can carry a СНИЛС or a name in its message, and Dagster
stores messages of exceptions for good. Only messages written by this project, and those of the operating
system, are passed on; of the others the type and the place in the code remain.
"""

import traceback
from pathlib import Path

from foundation.settings import SecretTooShortError
from foundation.sources import ROOT
from foundation.system_errors import causes, is_full_disk, reason_in_words
from ingestion.errors import FailedFileError, UserError
from orchestration.postgres import LOST, HistoryAwayError, comes_from_history
from publishing.errors import PublishingError

FREE_SOME = "освободить место: vitrina purge --older-than 12m, меньше выпусков (VITRINA_RELEASES_KEPT) или больший диск"
NO_ROOM = f"на диске рабочей папки нет места. Нужно {FREE_SOME}, затем: vitrina refresh"


def describe_failure(error: BaseException) -> str:
    """A short Russian description of a failure."""
    if is_told(error):
        return str(error)
    if is_full_disk(error):
        return NO_ROOM
    if comes_from_history(error):
        return LOST
    if isinstance(error, OSError):
        return f"ошибка системы: {reason_in_words(error)} ({error.filename or 'файл не назван'})"
    return f"ошибка программы {type(error).__name__} в {place_of(error)}"


def is_told(error: BaseException) -> bool:
    """Whether the message of an error was written for people."""
    written = isinstance(error, UserError | FailedFileError | PublishingError | SecretTooShortError)
    return written or comes_from_bi(error) or isinstance(error, HistoryAwayError)


def comes_from_bi(error: BaseException) -> bool:
    """Whether an error class of bi/ was raised: its messages are Russian and hold no data.

    By the name of the module, because importing the classes would import Superset's client, which takes a second.
    """
    return type(error).__module__.split(".")[0] == "bi"


def place_of(error: BaseException) -> str:
    """The deepest line of this project's own code the failure went through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOT) and ".venv" not in frame.filename]
    if not own:
        return "неизвестном месте"
    return f"{Path(own[-1].filename).relative_to(ROOT)}:{own[-1].lineno}"


def trace_without_values(error: BaseException) -> str:
    """The traceback of an error and of its causes: files, lines and types, no messages."""
    return "\n".join(
        f"{type(one).__name__}: {describe_failure(one)}\n{''.join(traceback.format_tb(one.__traceback__))}"
        for one in causes(error)
    )
