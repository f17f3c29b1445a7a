"""Removes a person from the core: accepted and held rows, what dbt built of them, and the bytes of the build file.

The person is named by person_key only. Neither the СНИЛС nor the key stands in what these functions write, return or
raise; journal.forgotten says how many rows of a file went, never which.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from foundation.settings import Settings
from ingestion.errors import UserError
from ingestion.pipeline import secret_or_none
from ingestion.store.archive import archived
from ingestion.store.numbered_tables import delete_rows
from ingestion.store.partitions import mark_changed, month_of
from ingestion.store.receipts import now
from ingestion.store.rewriting import finish_rewriting, owe_rewriting, require_space
from ingestion.store.tables import build_connection, create_tables, transaction
from ingestion.values import person
from schemas.kinds import KINDS, Kind

PERSONAL: tuple[Kind, ...] = tuple(kind for kind in KINDS.values() if kind.is_personal)
INGESTED = ("raw", "bulk", "journal", "reference")
"""Schemas that ingestion writes; tables of every other one were built from them."""

NOT_A_SNILS = {
    "snils_form": "Это не СНИЛС: нужно 11 цифр, можно с дефисами и пробелами. Проверьте и повторите.",
    "snils_check_digit": "Контрольное число СНИЛС не сходится: в нём опечатка. Проверьте и повторите.",
}
PLACE = "(file_sha256, sheet, source_row)"


@dataclass(frozen=True)
class KindRows:
    """Source rows of one kind; `waiting` of them are held."""

    kind: str
    title: str
    rows: int
    waiting: int


@dataclass(frozen=True)
class SourceFile:
    """A received file that speaks of the person."""

    name: str
    received_at: datetime
    is_archived: bool


@dataclass(frozen=True)
class PersonRows:
    """What the build holds of a person, in numbers."""

    kinds: tuple[KindRows, ...]
    files: tuple[SourceFile, ...]

    @property
    def rows(self) -> int:
        return sum(kind.rows for kind in self.kinds)


def secret_for_people(settings: Settings) -> str:
    """The secret by which people are found; raises UserError when the home has none."""
    secret = secret_or_none(settings)
    if secret is None:
        raise UserError(
            f"Секрет для псевдонимов не задан ({settings.secret_file}), без него человека не найти. "
            "Верните файл из копии или задайте переменную VITRINA_SECRET и повторите."
        )
    return secret


def person_key_of(secret: str, typed: str) -> str:
    """The key of a СНИЛС as a person types it, read as ingestion reads one.

    Raises UserError, which does not repeat what was typed, when it is no СНИЛС.
    """
    digits, rule = person.read_snils(typed)
    if digits is None:
        raise UserError(NOT_A_SNILS[rule or "snils_form"])
    return person.person_key(secret, digits)


def find_person(settings: Settings, key: str) -> PersonRows:
    """Count what the build holds of a person; changes nothing."""
    if not settings.build_file.exists():
        return PersonRows((), ())
    finish_rewriting(settings)
    with build_connection(settings) as connection:
        create_tables(connection)
        _mark_rows(connection, key)
        return _counted(settings, connection)


def forget_person(settings: Settings, key: str) -> PersonRows:
    """Delete all the build holds of a person in one transaction, then write the file anew; returns what went."""
    if not settings.build_file.exists():
        return PersonRows((), ())
    require_space(settings)
    with build_connection(settings) as connection:
        create_tables(connection)
        _mark_rows(connection, key)
        found = _counted(settings, connection)
        if not found.rows:
            return found
        owe_rewriting(settings)
        with transaction(connection):
            _move_counts(connection)
            _delete_rows(connection)
            _delete_built(connection, key)
            _narrow_periods(connection)
    finish_rewriting(settings)
    return found


def _mark_rows(connection: duckdb.DuckDBPyConnection, key: str) -> None:
    """Temporary tables of the rows to go and of their places in the files, with where the journal counts each.

    With the person's document goes the earlier version that it replaced: of the same document under another СНИЛС, it
    would become active again and count for somebody else.
    """
    accepted = [
        f"select '{kind.code}' as kind, file_sha256, sheet, source_row, load_sequence, row_id from raw.{kind.code}"
        f" where person_key = $key{_or_replaced(kind)}"
        for kind in PERSONAL
    ]
    held = (
        "select kind, file_sha256, sheet, source_row, load_sequence, null as row_id from journal.held_row"
        " where contains(payload, $key)"
    )
    rows = " union all ".join([*accepted, held])
    connection.execute(f"create or replace temp table going_row as {rows}", {"key": key})
    connection.execute(
        "create or replace temp table going_place as"
        " with place as (select kind, file_sha256, sheet, source_row, load_sequence, count(row_id) > 0 as is_accepted"
        "   from going_row group by all)"
        " select kind, file_sha256, sheet, source_row, load_sequence, case"
        f"  when {PLACE} in (select {PLACE} from journal.held_row where status = 'pending') then 'held'"
        "   when is_accepted then 'accepted' else 'rejected' end as counted_as"
        " from place"
    )


def _or_replaced(kind: Kind) -> str:
    """The earlier versions of rows that are the person's now; where the key names the person there are no others."""
    if "person_key" in kind.key:
        return ""
    latest = f"select row_key from raw.{kind.code} group by row_key having arg_max(person_key, load_sequence) = $key"
    return f" or row_key in ({latest})"


def _counted(settings: Settings, connection: duckdb.DuckDBPyConnection) -> PersonRows:
    counts = connection.execute(
        "select kind, count(*), count(*) filter (counted_as = 'held') from going_place group by kind"
    ).fetchall()
    by_kind = {kind: (rows, waiting) for kind, rows, waiting in counts}
    files = connection.execute(
        "select distinct load.file_sha256, load.original_name, received.container_name, load.received_at"
        " from journal.load as load left join journal.received as received using (file_sha256)"
        " where load.load_sequence in (select load_sequence from going_place) order by load.received_at, 2"
    ).fetchall()
    return PersonRows(
        kinds=tuple(KindRows(code, KINDS[code].title, *by_kind[code]) for code in KINDS if code in by_kind),
        files=tuple(_source_file(settings, *row) for row in files),
    )


def _source_file(settings: Settings, sha256: str, name: str, container: str | None, received_at: Any) -> SourceFile:
    shown = f"{name} (в составе {container})" if container else name
    return SourceFile(shown, received_at, archived(settings, sha256).exists())


def _move_counts(connection: duckdb.DuckDBPyConnection) -> None:
    """The rows leave the count they stood in and become ignored ones: the four numbers say where a file's rows are now,
    as after a steward's decision, and their sum stays."""
    connection.execute(
        "update journal.load set rows_accepted = rows_accepted - going.accepted, rows_held = rows_held - going.held,"
        " rows_rejected = rows_rejected - going.rejected, rows_ignored = rows_ignored + going.rows"
        " from (select load_sequence, count(*) as rows, count(*) filter (counted_as = 'accepted') as accepted,"
        "   count(*) filter (counted_as = 'held') as held, count(*) filter (counted_as = 'rejected') as rejected"
        "   from going_place group by load_sequence) as going"
        " where load.load_sequence = going.load_sequence"
    )
    connection.execute(
        "insert into journal.forgotten select file_sha256, kind, count(*), ?::timestamp from going_place"
        " group by file_sha256, kind",
        [now().replace(microsecond=0)],
    )


def _delete_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Accepted and held rows, the remarks on them, and questions to the steward that only they asked."""
    for kind in PERSONAL:
        going = f"from raw.{kind.code} where row_id in (select row_id from going_row)"
        if kind.partition_column:
            months = connection.execute(f"select distinct {month_of(kind)} {going}").fetchall()
            mark_changed(connection, kind, (month for (month,) in months))
            places = f"select load_sequence, sheet, source_row from going_row where kind = '{kind.code}'"
            delete_rows(connection, kind, f"{places} and row_id is not null")
        else:
            connection.execute(f"delete {going}")
    connection.execute(
        "create or replace temp table going_question as"
        f" select distinct held_id from journal.held_row where {PLACE} in (select {PLACE} from going_place)"
    )
    for table in ("held_row", "alias_row", "name_row", "reject"):
        connection.execute(f"delete from journal.{table} where {PLACE} in (select {PLACE} from going_place)")
    connection.execute(
        "delete from journal.held_name where held_id in (select held_id from going_question)"
        " and held_id not in (select held_id from journal.held_row)"
    )


def _delete_built(connection: duckdb.DuckDBPyConnection, key: str) -> None:
    """Rows that name the person or one of those rows, in every table made of them.

    Dropping the tables would be shorter, but would take what a refresh cannot build again, such as a history of values.
    """
    columns = connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() where database_name ="
        " current_database() and (schema_name, table_name) in (select (schema_name, table_name) from duckdb_tables())"
        f" and schema_name not in {INGESTED} and regexp_matches(data_type, 'VARCHAR|JSON')"
    ).fetchall()
    tests: dict[tuple[str, str], list[str]] = {}
    for schema, table, column, dtype in columns:
        named = f'"{column}"'
        tests.setdefault((schema, table), []).append(f"coalesce(contains({named}::varchar, $key), false)")
        if dtype == "VARCHAR":
            tests[(schema, table)].append(f"{named} in (select row_id from going_row where row_id is not null)")
    for (schema, table), alternatives in tests.items():
        connection.execute(f'delete from "{schema}"."{table}" where {" or ".join(alternatives)}', {"key": key})
    # What is recorded of built tables holds no longer, and nobody has changed them behind anybody's back.
    connection.execute("drop schema if exists fingerprint cascade")


def _narrow_periods(connection: duckdb.DuckDBPyConnection) -> None:
    """The period of a file is that of the rows it still has: its first or last day may have been the person's."""
    for kind in PERSONAL:
        connection.execute(
            "update journal.load set"
            f" period_start = (select min({kind.period_column}) from raw.{kind.code} as rest"
            "   where rest.load_sequence = load.load_sequence),"
            f" period_end = (select max({kind.period_column}) from raw.{kind.code} as rest"
            "   where rest.load_sequence = load.load_sequence)"
            " where load_sequence in (select load_sequence from going_place where kind = ?)",
            [kind.code],
        )
