"""A file that breaks the program must not break the night: it is refused, the others load."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingestion.errors import RefusedFileError, UserError
from ingestion.reading import UnreadableFileError


@contextmanager
def contained(file_name: str) -> Iterator[None]:
    """Turn an unforeseen error of reading or examining one file into a refusal of that file.

    The error's own message is left out, because it may quote a person's data; its type and place are kept.
    Errors of the database or the disk while loading are not caught here: they concern every file.
    """
    try:
        yield
    except (UserError, UnreadableFileError):
        raise
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__}, {Path(frame.filename).name}:{frame.lineno}"
        raise RefusedFileError(
            f"{file_name}: внутренняя ошибка при разборе файла ({place}). Файл не загружен, остальные загружаются. "
            "Сообщите разработчикам эту строку; после исправления загрузите файл ещё раз."
        ) from None
