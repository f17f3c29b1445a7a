"""Exit codes and how errors become them (design.md section 7)."""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import gettempdir

FINE, WANTING, USAGE, SYSTEM = 0, 1, 2, 3
WHAT_SETTINGS_HOLD = "Что в ней пишут, сказано в docs/operator.md."
FREE_SOME = "Освободите место и повторите; сколько занято и чем: vitrina status, vitrina doctor."


class UsageError(Exception):
    """The command was given something it cannot take; the message is Russian."""


def guarded(action: Callable[[], int]) -> int:
    """Run an action; turn what it raises into a Russian message and an exit code, never into a traceback."""
    try:
        return action()
    except KeyboardInterrupt:
        complain("Прервано.")
        return SYSTEM
    except BrokenPipeError:  # the reader of a pipe (head, less) has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except Exception as error:
        return _explain(error)


def complain(text: str) -> None:
    """Print to stderr, without markup or wrapping."""
    sys.stderr.write(text.rstrip() + "\n")


def _explain(error: Exception) -> int:
    from pydantic import ValidationError

    from foundation.settings import SecretTooShortError, Settings
    from foundation.system_errors import is_full_disk, reason_in_words
    from ingestion.errors import UserError
    from orchestration.failures import comes_from_bi
    from orchestration.lock import RefreshInProgressError
    from publishing.errors import NoReleaseError, PublishingError, UnknownNameError

    if isinstance(error, ValidationError) and error.title == Settings.__name__:
        wrong = error.errors()[0]
        complain(
            f"Ошибка: настройка VITRINA_{str(wrong['loc'][0]).upper()} не годится: «{wrong['input']}». "
            f"{WHAT_SETTINGS_HOLD}"
        )
        return USAGE
    if isinstance(error, ValidationError) and error.title == "AlertSettings":
        from orchestration.alerts.attend import wrong_setting

        complain(f"Ошибка: оповещения: {wrong_setting(error)}. {WHAT_SETTINGS_HOLD}")
        return USAGE
    if isinstance(error, ValidationError) and (prefix := _prefix_of_settings(error.title)) is not None:
        name = str(error.errors(include_input=False)[0]["loc"][0]).upper()  # the value may be a password
        complain(f"Ошибка: настройка {prefix}{name} не годится. {WHAT_SETTINGS_HOLD}")
        return USAGE
    if isinstance(error, SecretTooShortError):
        complain(f"Ошибка: {error}. Задайте VITRINA_SECRET длиннее или удалите файл secret и выполните: vitrina init")
        return USAGE
    if isinstance(error, UnknownNameError):
        complain(f"Ошибка: {error}")
        if error.suggestions:
            complain("Есть: " + "; ".join(error.suggestions))
        return USAGE
    if isinstance(error, NoReleaseError):
        complain(f"Ошибка: {error}")
        return WANTING
    if isinstance(error, UsageError | UserError | PublishingError):
        complain(f"Ошибка: {error}")
        return USAGE
    if isinstance(error, RefreshInProgressError) or comes_from_bi(error):
        complain(f"Ошибка: {error}")
        return SYSTEM
    if is_full_disk(error):
        return _no_room(_full_folder() or str(getattr(error, "filename", None) or "файл не назван"))
    if isinstance(error, OSError):
        complain(f"Ошибка системы: {reason_in_words(error)} ({error.filename or 'файл не назван'}).")
        return SYSTEM
    return _unexpected(error)


def _prefix_of_settings(title: str) -> str | None:
    """The prefix of the settings that pydantic's error is about, by its title; None when it is about something else."""
    from pydantic_settings import BaseSettings

    found = next((model for model in BaseSettings.__subclasses__() if model.__name__ == title), None)
    return found.model_config.get("env_prefix", "") if found else None


def _no_room(where: str) -> int:
    complain(f"Ошибка системы: на диске нет места ({where}). Действующий выпуск цел. {FREE_SOME}")
    return SYSTEM


def _full_folder() -> str | None:
    """The home or the folder of temporary files, whichever lies on a disk without room."""
    from foundation.settings import get_settings
    from foundation.system_errors import is_full

    return next((str(folder) for folder in (get_settings().home, Path(gettempdir())) if is_full(folder)), None)


def _unexpected(error: Exception) -> int:
    from foundation.settings import get_settings
    from foundation.system_errors import reason_in_words
    from orchestration.failures import describe_failure, trace_without_values

    if full := _full_folder():  # whichever library found out, and in whatever words
        return _no_room(full)
    folder: Path = get_settings().reports
    log = folder / f"error_{datetime.now():%Y%m%d_%H%M%S}.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        log.write_text(trace_without_values(error), encoding="utf-8")
        details = f"Подробности: {log}"
    except OSError as unwritten:
        details = f"Подробности не записаны ({log}: {reason_in_words(unwritten)})."
    complain(f"Непредвиденная ошибка: {describe_failure(error)}. {details}")
    return SYSTEM
