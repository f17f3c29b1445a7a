"""Keys of rows: what makes one unique in its file, and what a newer file replaces."""

import polars as pl

from ingestion.problems import Problem
from ingestion.scopes import SEPARATOR
from schemas.header_map import Layout
from schemas.kinds import Kind
from schemas.text import sender_key


def without_repeats(frame: pl.DataFrame, kind: Kind, layout: Layout) -> tuple[pl.DataFrame, list[Problem]]:
    """Of rows with one key in a file the first is kept, later source rows are rejected (settled question 3)."""
    row = pl.struct("sheet", "source_row")
    first = row.first().over(_joined(kind.key))
    repeated = frame.with_columns(first.alias("first")).filter(row != pl.col("first"))
    repeated = repeated.select("sheet", "source_row", "first").unique(["sheet", "source_row"], keep="first")
    if not repeated.height:
        return frame, []
    problems = [
        repeat(layout, kind, (sheet, source_row), (one["sheet"], one["source_row"]))
        for sheet, source_row, one in repeated.sort("sheet", "source_row").rows()
    ]
    return frame.join(repeated, on=["sheet", "source_row"], how="anti"), problems


def repeat(layout: Layout, kind: Kind, row: tuple[str, int], first: tuple[str, int]) -> Problem:
    """A row whose key stands in an earlier row of the file already; both as sheet and source row."""
    blamed = " + ".join(dict.fromkeys(layout.title(name) for name in kind.key if name in layout.titles))
    sheet = f" листа «{first[0]}»" if first[0] != row[0] else ""
    detail = f"строка с тем же ключом уже есть выше: строка {first[1]}{sheet}"
    return Problem(*row, blamed or "ключ строки", "duplicate_key", None, detail=detail)


def with_keys(frame: pl.DataFrame, kind: Kind, sender: str | None) -> pl.DataFrame:
    """Add row_key (the contract's key, and which part of the row) and scope_key (what a newer file replaces)."""
    scope_key = pl.lit(None, pl.String)
    if kind.scope and sender is not None:
        parts = [pl.lit(kind.code), pl.lit(sender_key(sender)), _joined(kind.scope)]
        scope_key = pl.concat_str(parts, separator=SEPARATOR)
    return frame.with_columns(_joined((*kind.key, *kind.part_key)).alias("row_key"), scope_key.alias("scope_key"))


def _joined(names: tuple[str, ...]) -> pl.Expr:
    return pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in names], separator=SEPARATOR)
