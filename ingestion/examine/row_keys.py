"""Keys of rows: what makes one unique in its file, and what a newer file replaces."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from foundation.text import fold, sender_key
from ingestion.examine.problems import Problem
from ingestion.store.scopes import SEPARATOR
from schemas.header_map import Layout
from schemas.kinds import Kind
from schemas.personal import mask, mask_quote

NAME = "full_name"
"""How the registry names an organisation; rows of the other kinds under one key are of one organisation."""
WHAT_TO_DO = (
    "Если это филиал или площадка, впишите её КПП и «Филиал: да»; если другая организация, исправьте ИНН; "
    "если новое наименование, впишите в этой строке «Действует с»"
)


def without_repeats(frame: pl.DataFrame, kind: Kind, layout: Layout) -> tuple[pl.DataFrame, list[Problem]]:
    """Of rows with one key in a file the first is kept, later source rows are rejected (settled question 3)."""
    row = pl.struct("sheet", "source_row")
    named = pl.struct("sheet", "source_row", *(NAME,) * (kind.organisation == "registry"))
    first = row.first().over(_joined(kind.key))
    marked = frame.with_columns(named.first().over(_joined(kind.key)).alias("first"))
    repeated = marked.filter(row != first).unique(["sheet", "source_row"], keep="first").sort("sheet", "source_row")
    if not repeated.height:
        return frame, []
    problems = [
        repeat(
            layout,
            kind,
            (one["sheet"], one["source_row"]),
            (one["first"]["sheet"], one["first"]["source_row"]),
            second_name(one, one["first"]) if NAME in one["first"] else "",
        )
        for one in repeated.iter_rows(named=True)
    ]
    return frame.join(repeated, on=["sheet", "source_row"], how="anti"), problems


def repeat(layout: Layout, kind: Kind, row: tuple[str, int], first: tuple[str, int], names: str = "") -> Problem:
    """A row whose key stands in an earlier row of the file already; both as sheet and source row."""
    blamed = " + ".join(dict.fromkeys(layout.title(name) for name in kind.key if name in layout.titles))
    detail = f"строка с тем же ключом уже есть выше: {place_of_first(row[0], first)}{names}"
    return Problem(*row, blamed or "ключ строки", "duplicate_key", None, detail=detail)


def place_of_first(sheet: str, first: tuple[str, int]) -> str:
    """Where the earlier row stands, for the reader of this sheet."""
    return f"строка {first[1]}" + (f" листа «{mask(first[0])}»" if first[0] != sheet else "")


def second_name(row: Mapping[str, Any], first: Mapping[str, Any]) -> str:
    """Both names of two organisations of the registry that stand under one key, and what to do; "" of one name."""
    if fold(row[NAME]) == fold(first[NAME]):
        return ""
    return f", «{mask_quote(first[NAME])}», а здесь «{mask_quote(row[NAME])}». {WHAT_TO_DO}"


def with_keys(frame: pl.DataFrame, kind: Kind, sender: str | None) -> pl.DataFrame:
    """Add row_key (the contract's key, and which part of the row) and scope_key (what a newer file replaces)."""
    scope_key = pl.lit(None, pl.String)
    if kind.scope and sender is not None:
        parts = [pl.lit(kind.code), pl.lit(sender_key(sender)), _joined(kind.scope)]
        scope_key = pl.concat_str(parts, separator=SEPARATOR)
    return frame.with_columns(_joined((*kind.key, *kind.part_key)).alias("row_key"), scope_key.alias("scope_key"))


def _joined(names: tuple[str, ...]) -> pl.Expr:
    return pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in names], separator=SEPARATOR)
