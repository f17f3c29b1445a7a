"""Everything that lies in a home, down to what is compressed inside its files: where a person must not be found."""

import zipfile
from collections.abc import Iterator, Set
from pathlib import Path

import duckdb


def files_of(home: Path, left_out: Set[str]) -> list[Path]:
    """Files of a home without those under the named folders or of those names at its top."""
    return [path for path in home.rglob("*") if path.is_file() and path.relative_to(home).parts[0] not in left_out]


def contents(path: Path) -> Iterator[bytes]:
    """Bytes of a file, and what lies compressed inside it: members of a workbook, rows of a database."""
    yield path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
            for schema, table in tables:
                yield _spelt(connection.execute(f'from "{schema}"."{table}"').fetchall())
    elif path.suffix == ".parquet":
        yield _spelt(duckdb.execute(f"from read_parquet('{path}')").fetchall())


def _spelt(rows: list[tuple[object, ...]]) -> bytes:
    return "\n".join(str(cell) for row in rows for cell in row).encode()
