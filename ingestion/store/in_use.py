"""A file of DuckDB's that another process has open, told from one that is damaged."""

from pathlib import Path

import duckdb

from ingestion.errors import BuildInUseError


def is_locked(error: duckdb.Error) -> bool:
    """Whether a lock is in the way; «lock» alone would be found in «block», which is told of a damaged file."""
    return "Could not set lock on file" in str(error)


def in_use(path: Path) -> BuildInUseError:
    """What to tell, and what to do."""
    return BuildInUseError(
        f"Файл сборки {path} занят: прерванное обновление ещё не остановилось, или он открыт другой программой. "
        "Повторите через минуту; если не поможет, закройте программу: читать нужно current/warehouse.duckdb."
    )
