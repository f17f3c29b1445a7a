"""Checksums of files and of a table's content, and fingerprints that tell within seconds whether a table is the same.

A content checksum is told to people and compared between versions and years. A fingerprint is compared only with one
of the same version of DuckDB, by machines, and costs a tenth of it.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import duckdb

CHUNK_BYTES = 1 << 20
LOW_HALF = f"{(1 << 64) - 1}::uhugeint"
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


Columns = Mapping[str, str]
"""The columns of a relation with their types, in order."""


def columns_of(connection: duckdb.DuckDBPyConnection, relation: str) -> Columns:
    """The columns of a table, or of a query in brackets."""
    return {name: kind for name, kind, *_ in connection.execute(f"describe {relation}").fetchall()}


def content_checksum(connection: duckdb.DuckDBPyConnection, relation: str, columns: Columns | None = None) -> str:
    """The same for the same rows in any order, whatever release they stand in; `columns` spares looking them up.

    Sums of MD5 halves, not XOR: XOR would not notice a row that appears twice.
    Each value carries its length, so that shifting text between columns changes the sum.
    """
    listed = columns_of(connection, relation) if columns is None else columns
    kept = sorted(column for column in listed if column not in VOLATILE_COLUMNS)
    text = {name: f"{quote(name)}::varchar" for name in kept}
    parts = [f"case when {quote(c)} is null then '-' else concat(length({t}), ':', {t}) end" for c, t in text.items()]
    row_text = f"concat_ws('|', {', '.join(parts)})" if parts else "''"
    found = connection.execute(
        f"select count(*), coalesce(sum((md5 >> 64)::ubigint), 0), coalesce(sum((md5 & {LOW_HALF})::ubigint), 0)"
        f" from (select md5_number({row_text}) as md5 from {relation})"
    ).fetchone()
    assert found is not None
    rows, lower, upper = found
    return hashlib.sha256(f"{','.join(kept)}/{rows}/{lower}/{upper}".encode()).hexdigest()


def table_fingerprint(connection: duckdb.DuckDBPyConnection, relation: str, columns: Columns | None = None) -> str:
    """The same for the same columns, types and rows in any order; another as soon as anything of them differs.

    `columns` spares looking them up.

    Every column counts, those too that a content checksum leaves out. Two sums of independent 64-bit hashes, not XOR:
    XOR would not notice a row that appears twice. Each row's hash is hashed once more, or values exchanged between two
    rows could leave the sum as it was. Values that SQL calls equal are equal here (0.0 and -0.0). DuckDB may hash
    otherwise in another version, so its version is part of the fingerprint.
    """
    listed = columns_of(connection, relation) if columns is None else columns
    names = [quote(name) for name in listed]
    forwards, backwards = ", ".join(names), ", ".join(["'backwards'", *reversed(names)])
    found = connection.execute(
        f"select count(*), coalesce(sum(hash(hash({forwards}))), 0), coalesce(sum(hash(hash({backwards}))), 0)"
        f" from {relation}"
    ).fetchone()
    assert found is not None
    form = ",".join(f"{name}:{kind}" for name, kind in listed.items())
    return hashlib.sha256(f"{duckdb.__version__}/{form}/{'/'.join(map(str, found))}".encode()).hexdigest()
