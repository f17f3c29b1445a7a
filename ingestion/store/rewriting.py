"""The build file written anew, so that deleted rows are gone from its bytes as well.

DuckDB only frees the blocks of deleted rows: their bytes stay readable in the file after CHECKPOINT and VACUUM, and so
do those of tables that dbt replaced long ago (measured, see docs/decisions/0011-forgetting-a-person.md).
"""

import errno
import os
import shutil
from pathlib import Path

import duckdb

from foundation.settings import Settings
from ingestion.errors import UserError


def require_space(settings: Settings) -> None:
    """Raise UserError when the disk has no room for a second build file: better before a deletion than after it."""
    needed = settings.build_file.stat().st_size
    if shutil.disk_usage(settings.home).free < needed:
        raise UserError(
            f"На диске нет места для новой копии файла сборки ({needed / 1_000_000:.0f} МБ): {settings.home}. "
            "Освободите место и повторите."
        )


def owe_rewriting(settings: Settings) -> None:
    """Leave a mark that the file must be written anew; one cut short is finished by the next forget or refresh."""
    _mark(settings).touch(mode=0o600)


def finish_rewriting(settings: Settings) -> None:
    """Write the build file anew if that is owed. Its sequences go on from where they were."""
    if not _mark(settings).exists():
        return
    fresh = settings.build_file.with_name(settings.build_file.name + ".rewriting")
    _remove_database(fresh)
    try:
        _copy(settings, fresh)
        shutil.copymode(settings.build_file, fresh)
        os.replace(fresh, settings.build_file)  # noqa: PTH105 - atomic: the whole old file or the whole new one
    except (duckdb.Error, OSError) as error:
        _remove_database(fresh)
        raise OSError(
            errno.EIO,
            f"файл сборки не переписан ({type(error).__name__}), удалённое ещё видно в его байтах; "
            "проверьте место на диске и выполните vitrina refresh",
            str(settings.build_file),
        ) from None
    # What DuckDB spilled there while it ran; a killed process leaves it behind.
    shutil.rmtree(settings.build_file.with_name(settings.build_file.name + ".tmp"), ignore_errors=True)
    _mark(settings).unlink()


def _mark(settings: Settings) -> Path:
    return settings.build_file.with_name(settings.build_file.name + ".rewrite")


def _copy(settings: Settings, fresh: Path) -> None:
    with duckdb.connect(str(settings.build_file), config=settings.duckdb_config) as connection:
        connection.execute("checkpoint")  # what still stands in the write-ahead log goes into the file first
        connection.execute("attach '{}' as fresh".format(str(fresh).replace("'", "''")))
        named = connection.execute("select current_database()").fetchone()
        assert named is not None
        connection.execute(f'copy from database "{named[0]}" to fresh')
        connection.execute("detach fresh")


def _remove_database(path: Path) -> None:
    for part in (path, path.with_name(path.name + ".wal")):
        part.unlink(missing_ok=True)
