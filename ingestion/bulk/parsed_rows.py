"""Table `parsed_row`: every row of `incoming`, its values read, and whether nothing at all is wrong with it.

Its people, organisations and codes stand as numbers of tables incoming_person, incoming_organisation and incoming_code,
which are not those of the build: whether the file is taken is not known yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from foundation.frames import frame_of, registered
from ingestion.bulk.clean_values import Cells, clean_values, distinct_texts
from ingestion.match.organisations import Query
from ingestion.match.rows import MATCH_SCHEMA, QUERY_COLUMNS, Lookups
from ingestion.read.streamed import TABLE
from ingestion.recognise.ignored_rows import total_pattern
from ingestion.store.numbers import coded_names, give_code_numbers, give_numbers, is_coded, stored_name
from ingestion.values.cells import CellReader
from ingestion.values.parse import error_rule
from schemas.kinds import Kind

PEOPLE, ORGANISATIONS, CODES = "incoming_person", "incoming_organisation", "incoming_code"
NUMBERS = """
create temp table if not exists incoming_person (person_sk integer, person_key text);
create temp table if not exists read_person (way text, written text, value integer);
create or replace temp table incoming_organisation (organisation_sk integer, organisation_id text, entity_id text);
create or replace temp table incoming_code (code_sk integer, code text);
"""
"""What is numbered anew for each file, but for people: files name the same ones, who are read once a connection.

`way` is what the reading of a person depends on beside what is written: it is not the same in every file.
"""
NEVER_EMPTY = frozenset({"system_code"})
"""Without a value the row is held, although the model lets it be empty."""


@dataclass(frozen=True)
class ParseRequest:
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


def create_parsed_rows(connection: duckdb.DuckDBPyConnection, request: ParseRequest) -> None:
    """Make table `parsed_row` of table `incoming`, and the tables of what it numbers."""
    connection.execute(NUMBERS)
    joins, conditions, values = [], ["true"], {}
    for name in request.value_names:
        cells = request.of(name)
        if cells.column is None:
            value, condition = _constant(connection, request, name, cells.constant)
        else:
            value, condition = _joined(connection, request, name, cells.column)
            text = f"{TABLE}.{cells.column}{'::text' if name == 'person_key' else ''}"
            joins.append(f"left join clean_{name} on clean_{name}.written = {text}")
        values[name] = value
        conditions.append(condition)
    same = _create_organisations(connection, request)
    joins.append(f"left join clean_organisation on {same}")
    conditions += ["clean_organisation.organisation_sk is not null", *_no_totals(connection, request)]
    listed = ", ".join(f'{value} as "{stored_name(request.kind, name)}"' for name, value in values.items())
    connection.execute(
        f"create or replace temp table parsed_row as select {TABLE}.source_row, {listed},"
        " clean_organisation.organisation_sk, clean_organisation.match_rule_sk,"
        f" coalesce({' and '.join(conditions)}, false) as is_clean from {TABLE} {' '.join(joins)}"
    )


def _joined(connection: duckdb.DuckDBPyConnection, request: ParseRequest, name: str, column: str) -> tuple[str, str]:
    """Table clean_<name>; the value of a row and the condition under which it is fault-free."""
    if name == "person_key":
        _read_people(connection, request, column)
    else:
        clean = clean_values(distinct_texts(connection, column, request.sheet), name, request.kind, request.reader)
        _keep(connection, request.kind, name, clean)
    if request.kind.model.columns[name].nullable and name not in NEVER_EMPTY:
        return f"clean_{name}.value", f"({TABLE}.{column} is null or clean_{name}.written is not null)"
    return f"clean_{name}.value", f"clean_{name}.value is not null"


def _keep(connection: duckdb.DuckDBPyConnection, kind: Kind, name: str, clean: pl.DataFrame) -> None:
    """Table clean_<name> of the fault-free values of a column."""
    with registered(connection, "clean", clean):
        value, codes = "clean.value", ""
        if is_coded(kind, name):
            give_code_numbers(connection, "clean", ["value"], CODES)
            value, codes = "code_sk", f"left join {CODES} on code = clean.value"
        connection.execute(
            f"create or replace temp table clean_{name} as select clean.written, {value} as value from clean {codes}"
        )


def _read_people(connection: duckdb.DuckDBPyConnection, request: ParseRequest, column: str) -> None:
    """Add the people of this file who are new to tables read_person and incoming_person; view clean_person_key."""
    way = _way_of_reading(connection, request, column)
    connection.execute(
        f"create or replace temp view clean_person_key as select written, value from read_person where way = {way}"
    )
    texts = distinct_texts(connection, column, request.sheet, but="clean_person_key")
    clean = clean_values(texts, "person_key", request.kind, request.reader)
    with registered(connection, "clean", clean):
        give_numbers(connection, "person", "select distinct value as person_key from clean", PEOPLE)
        connection.execute(
            f"insert into read_person select {way}, clean.written::text, person_sk from clean"
            f" join {PEOPLE} on person_key = clean.value"
        )


def _way_of_reading(connection: duckdb.DuckDBPyConnection, request: ParseRequest, column: str) -> str:
    """SQL of what decides, beside the text, whom it means: the heading and the type of its column.

    «8765430300» is a СНИЛС under «СНИЛС» alone; the number 77 and the text «77.0» are one text to DuckDB.
    """
    dtype = connection.sql(f"select {column} from {TABLE}").types[0]
    parse = request.kind.model.columns["person_key"].metadata["parse"]
    way = f"{parse}, only СНИЛС: {request.reader.is_snils_column}, {dtype}"
    return "'{}'".format(way.replace("'", "''"))


def _constant(
    connection: duckdb.DuckDBPyConnection, request: ParseRequest, name: str, text: str | None
) -> tuple[str, str]:
    """The value all rows share, as SQL, and the condition under which they are fault-free."""
    column = request.kind.model.columns[name]
    texts = pl.DataFrame({"written": [text], "text": [text]}, schema={"written": pl.String, "text": pl.String})
    clean = clean_values(texts, name, request.kind, request.reader)
    value = clean["value"][0] if clean.height else None
    if not clean.height or (value is None and (not column.nullable or name in NEVER_EMPTY)):
        return "null", "false"
    if value is None:
        return "null", "true"
    if not is_coded(request.kind, name):
        return f"'{value}'::{'date' if column.dtype.type == pl.Date else 'decimal(18, 2)'}", "true"
    code = str(value).replace("'", "''")
    give_numbers(connection, "code", f"select '{code}' as code", CODES)
    return f"(select code_sk from {CODES} where code = '{code}')", "true"


def _create_organisations(connection: duckdb.DuckDBPyConnection, request: ParseRequest) -> str:
    """Table clean_organisation; the condition that joins a row to it."""
    given = {name: cells.column for name in QUERY_COLUMNS if (cells := request.cells.get(name)) and cells.column}
    constants = {
        name: cells.constant for name in QUERY_COLUMNS if (cells := request.cells.get(name)) and not cells.column
    }
    columns = list(given.values())
    combinations = frame_of(connection, f"select distinct {', '.join(columns)} from {TABLE}")
    texts = {name: distinct_texts(connection, column, request.sheet) for name, column in given.items()}
    known = {name: dict(zip(frame["written"], frame["text"], strict=True)) for name, frame in texts.items()}
    found = []
    for combination in combinations.rows(named=True):
        written = {name: known[name].get(combination[column]) for name, column in given.items()}
        match = _match(request, {**written, **constants})
        if match:
            found.append((*(combination[column] for column in columns), *match))
    schema: dict[str, Any] = {**combinations.schema, **MATCH_SCHEMA}
    with registered(connection, "found", pl.DataFrame(found, schema=schema, orient="row")):
        give_numbers(connection, "organisation", "select distinct organisation_id, entity_id from found", ORGANISATIONS)
        give_code_numbers(connection, "found", ["match_rule"], CODES)
        connection.execute(
            f"create or replace temp table clean_organisation as select {', '.join(columns)}, organisation_sk,"
            f" code_sk as match_rule_sk from found join {ORGANISATIONS} using (organisation_id, entity_id)"
            f" join {CODES} on code = found.match_rule"
        )
    equal = "=" if len(columns) == 1 else "is not distinct from"
    return " and ".join(f"clean_organisation.{column} {equal} {TABLE}.{column}" for column in columns)


def _match(request: ParseRequest, texts: Mapping[str, str | None]) -> tuple[str, str, str] | None:
    """The organisation a fault-free way of naming one means."""
    values: dict[str, str | None] = {}
    for name, text in texts.items():
        if text is None:
            continue
        read = request.reader.of(request.kind.model.columns[name].metadata["parse"])(text)
        if read.rule is not None or error_rule(text):
            return None
        values[name] = read.value
    query = Query(
        values.get("inn"), values.get("kpp"), values.get("ogrn"), values.get("organisation_name"),
        values.get("municipality"), values.get("region"), request.sender,
    )  # fmt: skip
    if not (query.inn or query.ogrn or query.name):
        return None
    match = request.lookups.index.match(query)
    if match.organisation is None or match.rule is None:
        return None
    return match.organisation.organisation_id, match.organisation.entity_id, match.rule


def _no_totals(connection: duckdb.DuckDBPyConnection, request: ParseRequest) -> list[str]:
    """Conditions that keep «Итого» of columns that mean nothing to us among the rows to look at."""
    mapped = {cells.column for name, cells in request.cells.items() if name in request.kind.model.columns}
    conditions = []
    for column in (f"c{index}" for index in range(request.width)):
        if column in mapped:
            continue
        texts = distinct_texts(connection, column, request.sheet)["text"]
        totals = texts.filter(texts.str.to_lowercase().str.contains(total_pattern()).fill_null(value=False))
        if totals.len():
            with registered(connection, "totals", totals.to_frame()):
                connection.execute(f"create or replace temp table total_{column} as select text from totals")
            conditions.append(f"coalesce({TABLE}.{column}::text not in (select text from total_{column}), true)")
    return conditions


def add_parsed_rows(connection: duckdb.DuckDBPyConnection, request: ParseRequest, frame: pl.DataFrame) -> None:
    """Take rows in that were found good the ordinary way: typed rows with organisation and `source_row`."""
    if not frame.height:
        return
    with registered(connection, "taken", frame):
        coded = coded_names(request.kind, request.value_names)
        give_numbers(connection, "person", "select distinct person_key from taken", PEOPLE)
        give_numbers(connection, "organisation", "select distinct organisation_id, entity_id from taken", ORGANISATIONS)
        give_code_numbers(connection, "taken", coded, CODES)
        values = {name: f'taken."{name}"' for name in ("source_row", *request.value_names)}
        values |= {name: f"(select code_sk from {CODES} where code = taken.{name})" for name in coded}
        values |= {"person_key": "person_sk", "organisation_id": "organisation_sk", "is_clean": "true"}
        stored = ", ".join(stored_name(request.kind, name) for name in values)
        connection.execute("delete from parsed_row where source_row in (select source_row from taken)")
        connection.execute(
            f"insert into parsed_row ({stored}) select {', '.join(values.values())} from taken"
            f" join {PEOPLE} using (person_key) join {ORGANISATIONS} using (organisation_id, entity_id)"
        )
