"""Open a release for reading: never the build, never with access to anything but the release."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from foundation.settings import Settings
from publishing.catalogue import WAREHOUSE_NAME, AsOf, find_release
from publishing.errors import QueryError
from publishing.query_folders import query_folder

READABLE = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN})
_LOCKING = threading.Lock()


Config = dict[str, str | bool | int | float | list[str]]


def limits(settings: Settings, name: str) -> Config:
    """Processors and memory of a query, and where it writes the rest: never beside a release, where it might stay."""
    return {
        "threads": settings.query_threads,
        "memory_limit": settings.query_memory,
        "temp_directory": str(query_folder(settings, name)),
    }


def lock(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Set what DuckDB does not hold when it is given at opening, and lock the configuration (findings/).

    Connections of one process share an instance: whoever comes first locks it.
    """
    with _LOCKING:
        if connection.execute("select current_setting('lock_configuration')").fetchone() == (False,):
            connection.execute(f"set max_temp_directory_size = '{settings.query_disk}'")
            connection.execute("set lock_configuration = true")


@contextmanager
def within_limits(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Iterator[None]:
    """Let what is asked inside take no longer than `query_seconds`; QueryError says which limit was met."""
    timer = threading.Timer(settings.query_seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise QueryError(
            f"Запрос остановлен: он шёл дольше {settings.query_seconds:g} с. Сузьте его (условие по году или "
            "территории, меньше соединений) или поднимите предел: VITRINA_QUERY_SECONDS."
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise QueryError(
            f"Запрос остановлен: ему не хватило памяти ({settings.query_memory}) и места на диске "
            f"({settings.query_disk}). Сузьте его или поднимите пределы: VITRINA_QUERY_MEMORY, VITRINA_QUERY_DISK."
        ) from error
    finally:
        timer.cancel()


def open_release(settings: Settings, as_of: AsOf = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to a release; `marts.x` and `x` both name the mart x.

    The path is resolved before opening: DuckDB shares one instance per path within a process, and through
    the `current` link it would serve the former release. read_only alone is no sandbox (read_csv and
    COPY TO still reach the disk), hence the configuration that is closed and locked.
    """
    folder = find_release(settings, as_of).resolve()
    # Access first: DuckDB takes a folder for temporary files only after it (findings/). The same for every reader:
    # connections of one process to one file share an instance and its configuration.
    config: Config = {"enable_external_access": "false", **limits(settings, folder.name)}
    connection = duckdb.connect(str(folder / WAREHOUSE_NAME), read_only=True, config=config)
    lock(connection, settings)
    connection.execute("set search_path = 'marts'")  # of this session only, so the lock lets it through
    return connection


def run_query(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyConnection:
    """Execute one reading statement; anything else, and any SQL error, is a QueryError in Russian."""
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryError(f"Запрос не разобран: {_first_line(error)}") from error
    if not statements:
        raise QueryError('Запрос пуст. Пример: vitrina query "select * from indicator_by_territory limit 5".')
    if len(statements) > 1:
        raise QueryError(
            "Нужен один запрос, без «;» между запросами (PIVOT без IN тоже даёт два: перечислите значения)."
        )
    if statements[0].type not in READABLE:
        raise QueryError("Выпуск открыт только для чтения: разрешены SELECT, WITH, DESCRIBE, SUMMARIZE и EXPLAIN.")
    try:
        return connection.execute(statements[0])
    except (duckdb.InterruptException, duckdb.OutOfMemoryException):
        raise  # a limit, which within_limits puts into words
    except duckdb.PermissionException as error:
        raise QueryError("Доступ к файлам и расширениям из запроса закрыт: читаются только таблицы выпуска.") from error
    except duckdb.Error as error:
        raise QueryError(
            f'Запрос не выполнен: {_first_line(error)}\nСписок таблиц: vitrina query "show tables".'
        ) from error


def records(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """All rows of a result by the names of its columns."""
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n\n")[0]
