"""Exit codes and how errors become them (design.md section 7)."""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

FINE, WANTING, USAGE, SYSTEM = 0, 1, 2, 3


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
    from foundation.system_errors import in_words, is_full_disk
    from ingestion.errors import UserError
    from orchestration.failures import comes_from_bi, describe_failure
    from orchestration.lock import RefreshInProgressError
    from publishing.errors import NoReleaseError, PublishingError, UnknownNameError

    if isinstance(error, ValidationError) and error.title == Settings.__name__:
        wrong = error.errors()[0]
        complain(
            f"Ошибка: настройка VITRINA_{str(wrong['loc'][0]).upper()} не годится: «{wrong['input']}». "
            "Что в ней пишут, сказано в docs/operator.md."
        )
        return USAGE
    if isinstance(error, ValidationError) and error.title == "AlertSettings":
        from orchestration.alerts.attend import wrong_setting

        complain(f"Ошибка: оповещения: {wrong_setting(error)}. Что в ней пишут, сказано в docs/operator.md.")
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
        complain(f"Ошибка: {describe_failure(error)}. Действующий выпуск цел.")
        return SYSTEM
    if isinstance(error, OSError):
        complain(f"Ошибка системы: {in_words(error)} ({error.filename or 'файл не назван'}).")
        return SYSTEM
    return _unexpected(error)


def _unexpected(error: Exception) -> int:
    from foundation.settings import get_settings
    from orchestration.failures import describe_failure, trace_without_values

    folder: Path = get_settings().reports
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"error_{datetime.now():%Y%m%d_%H%M%S}.log"
    log.write_text(trace_without_values(error), encoding="utf-8")
    complain(f"Непредвиденная ошибка: {describe_failure(error)}. Подробности: {log}")
    return SYSTEM
