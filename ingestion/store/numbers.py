"""Numbers as surrogate keys (sk) instead of texts: the people, organisations and codes that rows of a large kind name.

Three texts of a handful of values each cost a table of millions of rows more than all its other columns.
"""

from collections.abc import Iterable

import duckdb
import polars as pl

from schemas.kinds import Kind

NUMBERED = {"person": "person_key", "organisation": "organisation_id, entity_id", "code": "code"}
"""What is numbered, and the columns that tell one from another; each has a table bulk.<name>."""
OF_KEYS = {"person_key": "person_sk", "organisation_id": "organisation_sk"}


def is_coded(kind: Kind, name: str) -> bool:
    """Whether a column is a text of few values, which stands as the number of a code."""
    column = kind.model.columns.get(name)
    is_text = column is not None and column.dtype.type == pl.String
    return name == "match_rule" or (is_text and name not in OF_KEYS)


def coded_names(kind: Kind, names: Iterable[str]) -> list[str]:
    """Those of a row's columns that are coded, and the rule that found its organisation, which every row has."""
    return ["match_rule", *(name for name in names if is_coded(kind, name))]


def stored_name(kind: Kind, name: str) -> str:
    """The column of a bulk table, or of table `parsed_row`, that holds a column of raw.<kind>."""
    if name in OF_KEYS:
        return OF_KEYS[name]
    return f"{name}_sk" if is_coded(kind, name) else name


def give_numbers(connection: duckdb.DuckDBPyConnection, what: str, named: str, table: str | None = None) -> None:
    """Number those who have no number yet in bulk.<what>, or in a `table` made like it.

    `named` is a SELECT of distinct values of the columns of NUMBERED.
    """
    columns, known = NUMBERED[what], table or f"bulk.{what}"
    connection.execute(
        f"insert into {known} ({what}_sk, {columns})"
        f" select (select coalesce(max({what}_sk), 0) from {known}) + row_number() over (order by {columns}),"
        f" {columns} from ({named}) as named anti join {known} as known using ({columns})"
    )


def give_code_numbers(
    connection: duckdb.DuckDBPyConnection, rows: str, names: Iterable[str], table: str | None = None
) -> None:
    """Number the codes in columns of a table of rows."""
    for name in names:
        named = f"select distinct {name} as code from {rows} where {name} is not null"
        give_numbers(connection, "code", named, table)
