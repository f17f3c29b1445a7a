"""Whether a build file can be read to its last byte: `python -m ingestion.store.soundness FILE`.

A process of its own reads it, because a damaged file may end the process that opens it.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from ingestion.errors import BuildInUseError
from ingestion.store.in_use import in_use, is_locked

LONGEST_SECONDS = 4 * 3600
UNREADABLE, IN_USE = 4, 5


def fault_of(path: Path) -> str | None:
    """What is wrong with a build file, in Russian; None when all of it can be read.

    Raises BuildInUseError while another process has it open: what it holds cannot be told then.
    """
    if not path.is_file():
        return "файла нет"
    command = [sys.executable, "-P", "-m", "ingestion.store.soundness", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS)
    if done.returncode == IN_USE:
        raise in_use(path)
    if done.returncode == UNREADABLE:
        return done.stdout.strip()
    return f"чтение прервано ({done.returncode})" if done.returncode else None


def read_whole(path: Path) -> str | None:
    """Read every value of every table, which checks each block's checksum; the first fault, or None.

    Raises BuildInUseError.
    """
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = current_database()"
            ).fetchall()
            for schema, table in tables:
                connection.execute(f'select count(*) from "{schema}"."{table}" as one where hash(one) = 0').fetchall()
    except duckdb.Error as error:
        if is_locked(error):
            raise in_use(path) from None
        return f"не читается ({type(error).__name__})"
    return None if tables else "в нём нет таблиц"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it can be read, 4 when not, with the reason on stdout, 5 when it is in use."""
    (path,) = sys.argv[1:] if arguments is None else arguments
    try:
        fault = read_whole(Path(path))
    except BuildInUseError:
        return IN_USE
    if fault is None:
        return 0
    print(fault)
    return UNREADABLE


if __name__ == "__main__":
    sys.exit(main())
