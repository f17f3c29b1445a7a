"""The accepted rows of a bulk examination into the build, and what they change."""

import duckdb

from ingestion.bulk.examine import BulkExamination
from ingestion.store.differences import Differences
from ingestion.store.numbers import NUMBERED, coded_names, give_numbers, is_coded, stored_name
from ingestion.store.partitions import mark_changed, month_of
from ingestion.store.tables import own_columns
from schemas.kinds import Kind


def insert_parsed_rows(
    connection: duckdb.DuckDBPyConnection, examination: BulkExamination, origin: tuple[object, ...], sequence: int
) -> Differences:
    """Append table `parsed_row`; `origin` is file_sha256, received_at, loaded_at, sender. Returns what it changes."""
    kind = examination.kind
    if not examination.clean_rows:
        return Differences(0, 0, 0, 0, ())
    clean_people = "(select person_sk from parsed_row where is_clean) as clean"
    named = {
        "person": f"select person_key from incoming_person semi join {clean_people} using (person_sk)",
        "organisation": "select organisation_id, entity_id from incoming_organisation",
        "code": "select code from incoming_code",
    }
    for what, keys in NUMBERED.items():
        give_numbers(connection, what, named[what])
        # By small numbers: joining each row by the text of a key costs half as much again.
        connection.execute(
            f"create or replace temp table numbered_{what} as select incoming.{what}_sk as number,"
            f" known.{what}_sk as stored from incoming_{what} as incoming join bulk.{what} as known using ({keys})"
        )
    number = connection.execute("select nextval('bulk.file_number')").fetchone()
    assert number is not None
    connection.execute(
        "insert into bulk.file values (?, ?, ?, ?, ?, ?, ?, ?)",
        [number[0], kind.code, sequence, examination.sheet, *origin],
    )
    own = list(own_columns(kind))
    _insert_rows(connection, kind, own, number[0])
    months = connection.execute(f"select distinct {month_of(kind)} from parsed_row where is_clean").fetchall()
    mark_changed(connection, kind, (month for (month,) in months))
    return _differences(connection, kind, examination, number[0], own)


def _insert_rows(connection: duckdb.DuckDBPyConnection, kind: Kind, own: list[str], number: int) -> None:
    """Rows of the file under the numbers of the build instead of the file's own."""
    numbered = {"person_sk": "person", "organisation_sk": "organisation"}
    numbered |= {stored_name(kind, name): "code" for name in coded_names(kind, own)}
    values = {"file_sk": str(number), "source_row": "parsed_row.source_row"}
    values |= {name: f'parsed_row."{name}"' for name in own if not is_coded(kind, name)}
    joins = ""
    for column, what in numbered.items():
        values[column] = f"of_{column}.stored"
        joins += f" {'left ' if what == 'code' else ''}join numbered_{what} as of_{column}"
        joins += f" on of_{column}.number = parsed_row.{column}"
    connection.execute(
        f"insert into bulk.{kind.code} ({', '.join(values)})"
        f" select {', '.join(values.values())} from parsed_row{joins} where parsed_row.is_clean"
    )


def _differences(
    connection: duckdb.DuckDBPyConnection, kind: Kind, examination: BulkExamination, number: int, own: list[str]
) -> Differences:
    """Against the latest earlier row of each key, looked for only among the days of the file."""
    key = ", ".join(stored_name(kind, name) for name in kind.key)
    compared = [stored_name(kind, name) for name in own if name not in kind.key]
    differs = " or ".join(f"incoming.{name} is distinct from former.{name}" for name in compared)
    found = connection.execute(
        f"with within as (select * from bulk.{kind.code} where {kind.partition_column} between $first and $last),"
        " former as (select within.* from within join bulk.file as file using (file_sk)"
        " where within.file_sk <> $number"
        f" qualify row_number() over (partition by {key} order by load_sequence desc) = 1)"
        f" select count(*) filter ({differs}), count(*) from within as incoming join former using ({key})"
        " where incoming.file_sk = $number",
        {"first": examination.days[0], "last": examination.days[1], "number": number},
    ).fetchone()
    assert found is not None
    changed, again = found
    return Differences(examination.clean_rows - again, changed, again - changed, 0, ())
