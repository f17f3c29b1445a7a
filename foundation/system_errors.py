"""What the operating system refused, in Russian: its own words are English."""

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

WORDS = {
    errno.ENOSPC: "на диске нет места",
    errno.EDQUOT: "исчерпана квота диска",
    errno.EROFS: "диск доступен только для чтения",
    errno.EIO: "диск не читается или не пишется",
    errno.EFBIG: "файл слишком велик для этого диска",
    errno.EACCES: "нет прав",
    errno.EPERM: "действие запрещено системой",
    errno.ENOENT: "такого файла или папки нет",
    errno.EEXIST: "такой файл или папка уже есть",
    errno.EISDIR: "это папка, а не файл",
    errno.ENOTDIR: "это файл, а не папка",
    errno.ENOTEMPTY: "папка не пуста",
    errno.ELOOP: "это ссылка, а не файл",
    errno.ENAMETOOLONG: "имя слишком длинное",
    errno.EXDEV: "папки на разных дисках",
    errno.EBUSY: "занято другим процессом",
    errno.EMFILE: "открыто слишком много файлов",
    errno.ENFILE: "открыто слишком много файлов",
    errno.ENOMEM: "не хватило памяти",
    errno.EADDRINUSE: "порт занят",
    errno.ECONNREFUSED: "сервер не принимает соединений",
    errno.ECONNRESET: "сервер прервал связь",
    errno.EHOSTUNREACH: "сервер недоступен",
    errno.ENETUNREACH: "сеть недоступна",
}
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
FULL_IN_MESSAGES = ("No space left on device", "disk is full", "Disk quota exceeded", "wanted=")
"""How DuckDB, SQLite and Parquet's writer say it; the last of DuckDB, which wrote less than it wanted to."""
FULL_BYTES = 1_000_000
"""With less free nothing of ours can be written."""


def reason_in_words(error: OSError) -> str:
    """What was refused; a text of this project's own stays as it is."""
    if error.errno in WORDS and error.strerror == os.strerror(error.errno):
        return WORDS[error.errno]
    return error.strerror or type(error).__name__


def is_full(folder: Path) -> bool:
    """Whether the disk of a folder, which need not be there yet, has no room."""
    there = next((path for path in (folder, *folder.absolute().parents) if path.is_dir()), None)
    return there is not None and shutil.disk_usage(there).free < FULL_BYTES


def is_full_disk(error: BaseException) -> bool:
    """Whether a full disk is what this error, or one that led to it, comes from."""
    return any(
        (isinstance(one, OSError) and one.errno in FULL) or tells_of_full_disk(str(one)) for one in causes(error)
    )


def tells_of_full_disk(message: str) -> bool:
    """Whether a message of a database does."""
    return any(words in message for words in FULL_IN_MESSAGES)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and each that led to the one before."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
