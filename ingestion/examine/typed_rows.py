"""Rows of a table read and judged: typed rows that break no rule, and what is wrong with the others."""

from collections.abc import Collection

import polars as pl

from ingestion.examine.problems import Problem
from ingestion.examine.row_rules import broken_rules
from ingestion.match.rows import Lookups
from ingestion.recognise.as_written import AS_WRITTEN
from ingestion.recognise.header_row import ORGANISATION_FIELDS
from ingestion.recognise.table import Table
from ingestion.values.cells import CellReader
from ingestion.values.parse import Parsed, parse_table
from schemas.kinds import Kind
from schemas.personal import mask
from schemas.rules import severity_of

REPAIRED, LOST = "inn_repaired", "inn_lost_digit"
HIDDEN_RULES = frozenset({"required", "not_nullable"})


def may_be_repaired(_: str) -> bool:
    """Every restored zero that passes the check digit is looked at with its row (typed_rows)."""
    return True


def typed_rows(table: Table, kind: Kind, reader: CellReader, lookups: Lookups) -> tuple[pl.DataFrame, list[Problem]]:
    """Rows that break no rule, typed, with sheet, source_row and the text by which they are matched."""
    parsed = parse_table(table.frame, kind, reader)
    source_rows = table.frame["source_row"].to_list()
    found = _only_own_repairs(parsed, table, lookups)
    unread = {(index, name) for index, name, rule, _ in found if severity_of(rule) == "error"}
    fields = {name: column.metadata["field"] or name for name, column in kind.model.columns.items()}
    for index, column, rule in broken_rules(parsed.frame, kind):
        blamed = _written_of_pair(table, kind, index, fields[column])
        if (index, blamed) in unread:
            continue
        if blamed != fields[column]:  # the day's own rule has said it, or this one does for both
            unread.add((index, blamed))
        found.append((index, blamed, rule, _cell(table, index, blamed)))
    found += _missing_parties(table, kind, parsed.frame, unread)
    every = [
        Problem(
            table.sheet,
            source_rows[index],
            table.heading(name, index),
            rule,
            _quotable(kind, rule, text),
            outside=table.said_outside(name),
        )
        for index, name, rule, text in found
    ]
    # An unpivoted row repeats its organisation, and so what is wrong with it.
    problems = list(dict.fromkeys(every))
    rejected = {one.source_row for one in problems if one.severity == "error"}
    typed = parsed.frame.drop("row_index").with_columns(
        pl.lit(table.sheet).alias("sheet"),
        table.frame["source_row"],
        *table.frame.select(f"^{AS_WRITTEN}$"),
        (table.frame["system_code"] if "system_code" in table.frame.columns else pl.lit(None, pl.String)).alias(
            "system_text"
        ),
    )
    return typed.filter(~pl.col("source_row").is_in(list(rejected))), problems


def _only_own_repairs(parsed: Parsed, table: Table, lookups: Lookups) -> list[tuple[int, str, str, str | None]]:
    """The problems of parsing; a restored zero that makes a code of another region than the row's is a lost digit."""
    return [
        (index, name, rule if rule != REPAIRED or _is_own(parsed, table, index, name, lookups) else LOST, text)
        for index, name, rule, text in parsed.problems
    ]


def _is_own(parsed: Parsed, table: Table, index: int, name: str, lookups: Lookups) -> bool:
    inn = parsed.frame[name][index]
    return lookups.may_stand(inn, _cell(table, index, "region"), _cell(table, index, "municipality"))


def named(table: Table, kind: Kind, problems: list[Problem]) -> dict[tuple[str, int], str]:
    """The organisation or municipality as written in rows with problems."""
    names = [name for name in ("organisation_name", "inn", "municipality") if name in table.frame.columns]
    if kind.is_personal or not names:
        return {}
    rows = table.frame.filter(pl.col("source_row").is_in({one.source_row for one in problems}))
    return {
        (table.sheet, row): mask(next((cell for cell in cells if cell), ""))
        for row, *cells in rows.select("source_row", *names).iter_rows()
    }


def _written_of_pair(table: Table, kind: Kind, index: int, name: str) -> str:
    """Of a day and its year, one fact in two columns, the one the sender wrote or could have written."""
    for year, column in kind.model.columns.items():
        day: str | None = column.metadata.get("day")
        if day is None or name not in (year, day):
            continue
        return day if _cell(table, index, day) or year not in table.frame.columns else year
    return name


def _missing_parties(
    table: Table, kind: Kind, typed: pl.DataFrame, unread: Collection[tuple[int, str]]
) -> list[tuple[int, str, str, str | None]]:
    """Rows that name no system or no organisation at all; «-» names none, what cannot be read is told already."""
    frame = table.frame
    found: list[tuple[int, str, str, str | None]] = []
    if "system_code" in kind.model.columns:
        found += [
            (index, "system_code", "required", None) for index, text in enumerate(frame["system_code"]) if not text
        ]
    naming = {"required": ORGANISATION_FIELDS, "place": (*ORGANISATION_FIELDS, "municipality")}.get(kind.organisation)
    if naming is not None:
        given = [name for name in naming if name in frame.columns]
        empty = typed.select(pl.all_horizontal(pl.col(given).is_null()) if given else pl.repeat(True, pl.len()))
        rule = "organisation_missing" if kind.organisation == "required" else "place_missing"
        blamed = given[-1] if given else naming[-1]
        found += [
            (index, blamed, rule, None)
            for index, is_empty in enumerate(empty.to_series())
            if is_empty and not any((index, name) in unread for name in given)
        ]
    return found


def _cell(table: Table, index: int, name: str) -> str | None:
    return table.frame[name][index] if name in table.frame.columns else None


def _quotable(kind: Kind, rule: str, text: str | None) -> str | None:
    """Values of person-level files are never quoted: a shifted column may hold a name or a birth date."""
    if kind.is_personal:
        return None
    return "" if rule in HIDDEN_RULES else text or ""
