"""What the operating system refused, in Russian: its own words are English on a server."""

import errno
from collections.abc import Iterator

WORDS = {
    errno.ENOSPC: "на диске нет места",
    errno.EDQUOT: "исчерпана квота на диске",
    errno.EROFS: "диск доступен только для чтения",
    errno.EIO: "диск не читается или не пишется",
    errno.EACCES: "нет прав",
    errno.EPERM: "нет прав",
    errno.ENOENT: "нет такого файла или папки",
    errno.EISDIR: "на месте файла папка",
    errno.ENOTDIR: "на месте папки файл",
    errno.EMFILE: "открыто слишком много файлов",
}
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
FULL_IN_MESSAGES = ("No space left on device", "disk is full", "Disk quota exceeded", "wanted=")
"""How DuckDB, SQLite and Parquet's writer say it; the last of DuckDB, which wrote less than it wanted to."""


def in_words(error: OSError) -> str:
    """«нет прав»; the system's own words where there are no others."""
    return WORDS.get(error.errno or 0) or error.strerror or type(error).__name__


def is_full_disk(error: BaseException) -> bool:
    """Whether a full disk is what this error, or one that led to it, comes from."""
    return any(
        (isinstance(one, OSError) and one.errno in FULL) or tells_of_full_disk(str(one)) for one in _chain(error)
    )


def tells_of_full_disk(message: str) -> bool:
    """Whether a message of a database does."""
    return any(words in message for words in FULL_IN_MESSAGES)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
