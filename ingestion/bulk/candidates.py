"""Table `candidate`: every row of `incoming`, its values read, and whether nothing at all is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from ingestion.bulk.clean_values import Cells, clean_values, distinct_texts
from ingestion.bulk.incoming import TABLE
from ingestion.matching import QUERY_COLUMNS, Lookups
from ingestion.organisations import Query
from ingestion.parse import error_rule
from ingestion.table import TOTALS
from ingestion.values.cells import CellReader
from schemas.kinds import Kind

NEVER_EMPTY = frozenset({"system_code"})
"""Without a value the row is held, although the model lets it be empty."""


@dataclass(frozen=True)
class Reading:
    """What is asked of a file: its sheet, where its fields stand, and who reads them."""

    kind: Kind
    sheet: str
    cells: Mapping[str, Cells]
    width: int
    reader: CellReader
    lookups: Lookups
    sender: str | None

    @property
    def value_names(self) -> list[str]:
        """Columns of the model that say something of the row, beside its organisation."""
        return [name for name in self.kind.model.columns if name not in QUERY_COLUMNS]

    def of(self, name: str) -> Cells:
        return self.cells.get(self.kind.model.columns[name].metadata["field"] or name, Cells(None))


def create_candidates(connection: duckdb.DuckDBPyConnection, reading: Reading) -> None:
    """Make tables `candidate`, `incoming_person` and `incoming_organisation` of table `incoming`."""
    joins, conditions, values = [], ["true"], {}
    for name in reading.value_names:
        cells = reading.of(name)
        if cells.column is None:
            value, condition = _constant(reading, name, cells.constant)
        else:
            value, condition = _joined(connection, reading, name, cells.column)
            text = f"{TABLE}.{cells.column}{'::text' if name == 'person_key' else ''}"
            joins.append(f"left join clean_{name} on clean_{name}.written = {text}")
        values[name] = value
        conditions.append(condition)
    same = _create_organisations(connection, reading)
    joins.append(f"left join clean_organisation on {same}")
    conditions += ["clean_organisation.number is not null", *_no_totals(connection, reading)]
    listed = ", ".join(f'{value} as "{"person" if name == "person_key" else name}"' for name, value in values.items())
    connection.execute(
        f"create or replace temp table candidate as select {TABLE}.source_row, {listed},"
        " clean_organisation.number as organisation, clean_organisation.match_rule,"
        f" coalesce({' and '.join(conditions)}, false) as is_clean from {TABLE} {' '.join(joins)}"
    )


def _joined(connection: duckdb.DuckDBPyConnection, reading: Reading, name: str, column: str) -> tuple[str, str]:
    """Table clean_<name>; the value of a row and the condition under which it is fault-free."""
    if name == "person_key":
        _read_people(connection, reading, column)
    else:
        clean = clean_values(distinct_texts(connection, column, reading.sheet), name, reading.kind, reading.reader)
        connection.register("clean", clean.to_arrow())
        connection.execute(f"create or replace temp table clean_{name} as select written, value from clean")
        connection.unregister("clean")
    if reading.kind.model.columns[name].nullable and name not in NEVER_EMPTY:
        return f"clean_{name}.value", f"({TABLE}.{column} is null or clean_{name}.written is not null)"
    return f"clean_{name}.value", f"clean_{name}.value is not null"


def _read_people(connection: duckdb.DuckDBPyConnection, reading: Reading, column: str) -> None:
    """Tables clean_person_key and incoming_person. A file names the same people as the one before it: identifiers are
    read once a connection (table `person_read`).
    """
    connection.execute("create temp table if not exists person_read (written text, person_key text)")
    texts = distinct_texts(connection, column, reading.sheet, but="person_read")
    clean = clean_values(texts, "person_key", reading.kind, reading.reader)
    connection.register("clean", clean.to_arrow())
    connection.execute("insert into person_read select written::text, value from clean")
    connection.unregister("clean")
    connection.execute(
        "create or replace temp table person_here as select written, person_key from person_read"
        f" semi join {TABLE} on {TABLE}.{column}::text = person_read.written"
    )
    connection.execute(
        "create or replace temp table incoming_person as select row_number() over ()::integer as number, person_key"
        " from (select distinct person_key from person_here)"
    )
    connection.execute(
        "create or replace temp table clean_person_key as select written, number as value"
        " from person_here join incoming_person using (person_key)"
    )


def _constant(reading: Reading, name: str, text: str | None) -> tuple[str, str]:
    column = reading.kind.model.columns[name]
    texts = pl.DataFrame({"written": [text], "text": [text]}, schema={"written": pl.String, "text": pl.String})
    clean = clean_values(texts, name, reading.kind, reading.reader)
    value = clean["value"][0] if clean.height else None
    is_needed = not column.nullable or name in NEVER_EMPTY
    dtype = "text" if isinstance(value, str) else "date" if column.dtype.type == pl.Date else "decimal(18, 2)"
    written = "null" if value is None else f"'{value}'::{dtype}"
    return written, "false" if (not clean.height or (is_needed and value is None)) else "true"


def _create_organisations(connection: duckdb.DuckDBPyConnection, reading: Reading) -> str:
    """Tables clean_organisation and incoming_organisation; the condition that joins a row to the former."""
    given = {name: cells.column for name in QUERY_COLUMNS if (cells := reading.cells.get(name)) and cells.column}
    constants = {
        name: cells.constant for name in QUERY_COLUMNS if (cells := reading.cells.get(name)) and not cells.column
    }
    columns = list(given.values())
    combinations = connection.execute(f"select distinct {', '.join(columns)} from {TABLE}").pl()
    texts = {name: distinct_texts(connection, column, reading.sheet) for name, column in given.items()}
    known = {name: dict(zip(frame["written"], frame["text"], strict=True)) for name, frame in texts.items()}
    found = []
    for combination in combinations.rows(named=True):
        written = {name: known[name].get(combination[column]) for name, column in given.items()}
        match = _match(reading, {**written, **constants})
        if match:
            found.append((*(combination[column] for column in columns), *match))
    schema: dict[str, Any] = {
        **combinations.schema,
        "organisation_id": pl.String,
        "entity_id": pl.String,
        "match_rule": pl.String,
    }
    connection.register("found", pl.DataFrame(found, schema=schema, orient="row").to_arrow())
    connection.execute(
        "create or replace temp table incoming_organisation as select row_number() over ()::integer as number, *"
        " from (select distinct organisation_id, entity_id from found)"
    )
    connection.execute(
        f"create or replace temp table clean_organisation as select {', '.join(columns)}, number, match_rule"
        " from found join incoming_organisation using (organisation_id, entity_id)"
    )
    connection.unregister("found")
    equal = "=" if len(columns) == 1 else "is not distinct from"
    return " and ".join(f"clean_organisation.{column} {equal} {TABLE}.{column}" for column in columns)


def _match(reading: Reading, texts: Mapping[str, str | None]) -> tuple[str, str, str] | None:
    """The organisation a fault-free way of naming one means."""
    values: dict[str, str | None] = {}
    for name, text in texts.items():
        if text is None:
            continue
        read = reading.reader.of(reading.kind.model.columns[name].metadata["parse"])(text)
        if read.rule is not None or error_rule(text):
            return None
        values[name] = read.value
    query = Query(
        values.get("inn"), values.get("kpp"), values.get("ogrn"), values.get("organisation_name"),
        values.get("municipality"), values.get("region"), reading.sender,
    )  # fmt: skip
    if not (query.inn or query.ogrn or query.name):
        return None
    match = reading.lookups.index.match(query)
    if match.organisation is None or match.rule is None:
        return None
    return match.organisation.organisation_id, match.organisation.entity_id, match.rule


def _no_totals(connection: duckdb.DuckDBPyConnection, reading: Reading) -> list[str]:
    """Conditions that keep «Итого» of columns that mean nothing to us among the rows to look at."""
    mapped = {cells.column for name, cells in reading.cells.items() if name in reading.kind.model.columns}
    conditions = []
    for column in (f"c{index}" for index in range(reading.width)):
        if column in mapped:
            continue
        texts = distinct_texts(connection, column, reading.sheet)["text"]
        totals = texts.filter(texts.str.to_lowercase().str.contains(TOTALS).fill_null(value=False))
        if totals.len():
            connection.register("totals", totals.to_frame().to_arrow())
            connection.execute(f"create or replace temp table total_{column} as select text from totals")
            connection.unregister("totals")
            conditions.append(f"coalesce({TABLE}.{column}::text not in (select text from total_{column}), true)")
    return conditions


def add_candidates(connection: duckdb.DuckDBPyConnection, reading: Reading, frame: pl.DataFrame) -> None:
    """Take rows in that were found good the ordinary way: typed rows with organisation and `source_row`."""
    if not frame.height:
        return
    connection.register("taken", frame.to_arrow())
    for table, names in (
        ("incoming_person", ["person_key"]),
        ("incoming_organisation", ["organisation_id", "entity_id"]),
    ):
        listed = ", ".join(names)
        connection.execute(
            f"insert into {table} select (select coalesce(max(number), 0) from {table}) + row_number() over (),"
            f" {listed} from (select distinct {listed} from taken) as named anti join {table} using ({listed})"
        )
    values = ", ".join("person.number" if name == "person_key" else f'taken."{name}"' for name in reading.value_names)
    connection.execute("delete from candidate where source_row in (select source_row from taken)")
    connection.execute(
        f"insert into candidate select taken.source_row, {values}, organisation.number, taken.match_rule, true"
        " from taken join incoming_person as person using (person_key)"
        " join incoming_organisation as organisation using (organisation_id, entity_id)"
    )
    connection.unregister("taken")
