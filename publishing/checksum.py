"""Checksums of files and of a table's content."""

import hashlib
from pathlib import Path

import duckdb

CHUNK_BYTES = 1 << 20
VOLATILE_COLUMNS = frozenset(
    {
        # which build this is
        "release_id",
        "built_at",
        # when files came and were loaded, and the numbers they and open questions got in that order
        "received_at",
        "loaded_at",
        "first_received_at",
        "last_received_at",
        "active_received_at",
        "other_received_at",
        "submission_state",
        "days_late",
        "load_sequence",
        "held_id",
    }
)
"""Columns that tell of the receipt and the build, not of the content: the same files received on other days, in another
order where none of them replaces another, give the same checksums. A published column of this kind is named here."""


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, read in chunks."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def quote(identifier: str) -> str:
    """A DuckDB identifier in double quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str | Path) -> str:
    """A text or a path as DuckDB writes one in a statement that takes no parameters."""
    return "'" + str(text).replace("'", "''") + "'"


def content_checksum(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    """The same for the same rows in any order, whatever release they stand in.

    Sums of MD5 halves, not XOR: XOR would not notice a row that appears twice.
    Each value carries its length, so that shifting text between columns changes the sum.
    """
    columns = [row[0] for row in connection.execute(f"describe {relation}").fetchall()]
    kept = sorted(column for column in columns if column not in VOLATILE_COLUMNS)
    parts = [f"coalesce(length({text}) || ':' || {text}, '-')" for text in (f"{quote(c)}::varchar" for c in kept)]
    row_text = f"concat_ws('|', {', '.join(parts)})" if parts else "''"
    found = connection.execute(
        f"select count(*), coalesce(sum(md5_number_lower(t)), 0), coalesce(sum(md5_number_upper(t)), 0) "
        f"from (select {row_text} as t from {relation})"
    ).fetchone()
    assert found is not None
    rows, lower, upper = found
    return hashlib.sha256(f"{','.join(kept)}/{rows}/{lower}/{upper}".encode()).hexdigest()
