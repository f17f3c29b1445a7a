"""Open a release for reading: never the build, never with access to anything but the release."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from foundation.settings import Settings
from publishing.catalogue import WAREHOUSE_NAME, AsOf, find_release
from publishing.errors import QueryError

LOCKED = {"enable_external_access": "false", "lock_configuration": "true"}
READABLE = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN})


def reading_config(settings: Settings) -> dict[str, str | bool | int | float | list[str]]:
    """The same for every reader: connections of one process to one file share an instance and its configuration.

    Without a folder of its own a large query would write beside the release, and what a killed one left would stay.
    """
    return {
        **LOCKED,  # first: DuckDB refuses a folder for temporary files named before access is closed (findings/)
        "memory_limit": settings.query_memory,
        "temp_directory": str(settings.temporary),
        "max_temp_directory_size": settings.query_disk,
    }


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
    COPY TO still reach the disk), hence the two settings.
    """
    path = find_release(settings, as_of).resolve() / WAREHOUSE_NAME
    connection = duckdb.connect(str(path), read_only=True, config=reading_config(settings))
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
