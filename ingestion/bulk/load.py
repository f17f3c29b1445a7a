"""The accepted rows of a bulk examination into the build, and what they change."""

import duckdb

from ingestion.bulk.examine import BulkExamination
from ingestion.bulk.partitions import mark_changed, month_of
from ingestion.bulk.store import number_organisations, number_people
from ingestion.differences import Differences
from ingestion.store import own_columns
from schemas.kinds import Kind


def insert_candidates(
    connection: duckdb.DuckDBPyConnection, examination: BulkExamination, origin: tuple[object, ...], sequence: int
) -> Differences:
    """Append table `candidate`; `origin` is file_sha256, received_at, loaded_at, sender. Returns what it changes."""
    kind = examination.kind
    if not examination.clean_rows:
        return Differences(0, 0, 0, 0, ())
    number_people(connection, "select person_key from incoming_person")
    number_organisations(connection, "select organisation_id, entity_id from incoming_organisation")
    number = connection.execute("select nextval('bulk.file_number')").fetchone()
    assert number is not None
    connection.execute(
        "insert into bulk.file values (?, ?, ?, ?, ?, ?, ?, ?)",
        [number[0], kind.code, sequence, examination.sheet, *origin],
    )
    # By small numbers: joining each row by the text of a key costs half as much again.
    for name, keys in (("person", "person_key"), ("organisation", "organisation_id, entity_id")):
        connection.execute(
            f"create or replace temp table numbered_{name} as select incoming.number, known.{name}_number"
            f" from incoming_{name} as incoming join bulk.{name} as known using ({keys})"
        )
    own = list(own_columns(kind))
    listed = ", ".join(f'candidate."{name}"' for name in own)
    connection.execute(
        f"insert into bulk.{kind.code} (file_number, source_row, organisation_number, person_number, match_rule,"
        f" {', '.join(own)}) select {number[0]}, candidate.source_row, numbered_organisation.organisation_number,"
        f" numbered_person.person_number, candidate.match_rule, {listed} from candidate"
        " join numbered_person on numbered_person.number = candidate.person"
        " join numbered_organisation on numbered_organisation.number = candidate.organisation"
        " where candidate.is_clean"
    )
    months = connection.execute(f"select distinct {month_of(kind)} from candidate where is_clean").fetchall()
    mark_changed(connection, kind, (month for (month,) in months))
    return _differences(connection, kind, examination, number[0], own)


def _differences(
    connection: duckdb.DuckDBPyConnection, kind: Kind, examination: BulkExamination, number: int, own: list[str]
) -> Differences:
    """Against the latest earlier row of each key, looked for only among the days of the file."""
    numbered = {"person_key": "person_number", "organisation_id": "organisation_number"}
    key = ", ".join(numbered.get(name, name) for name in kind.key)
    compared = [name for name in own if name not in kind.key]
    differs = " or ".join(f"incoming.{name} is distinct from former.{name}" for name in compared)
    found = connection.execute(
        f"with within as (select * from bulk.{kind.code} where {kind.partition_column} between $first and $last),"
        " former as (select within.* from within join bulk.file as file using (file_number)"
        " where within.file_number <> $number"
        f" qualify row_number() over (partition by {key} order by load_sequence desc) = 1)"
        f" select count(*) filter ({differs}), count(*) from within as incoming join former using ({key})"
        " where incoming.file_number = $number",
        {"first": examination.days[0], "last": examination.days[1], "number": number},
    ).fetchone()
    assert found is not None
    changed, again = found
    return Differences(examination.clean_rows - again, changed, again - changed, 0, ())
