"""Cells of a region's own export made those of the contract, as its header map says (schemas.header_map).

Text in, text out: nothing is typed here, and a cell that no rule of the map touches stays as it is written.
"""

import polars as pl

from foundation.text import fold
from schemas.header_map import SECOND, Layout
from schemas.kinds import KINDS


def reshape(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """A table whose columns are named by fields, after all that its layout asks for, in this order."""
    if not layout.is_reshaped:
        return frame
    for step in (_with_second_columns, _without_prefixes, _in_words_of_the_contract, _filled_down, _a_row_a_year):
        frame = step(frame, layout)
    return frame


def _with_second_columns(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The second column of a field stands in where its own cell is empty."""
    for name in layout.second_columns:
        second = name + SECOND
        if second not in frame.columns:
            continue
        own = [pl.col(name)] if name in frame.columns else []
        frame = frame.with_columns(pl.coalesce(*own, second).alias(name)).drop(second)
    return frame


def _without_prefixes(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """«r24_m07 | Енисейский район» is the district; a cell that holds nothing but a code keeps it."""
    known = {name: prefix for name, prefix in layout.strip.items() if name in frame.columns}
    return frame.with_columns(
        pl.when(pl.col(name).str.replace(prefix, "") == "")
        .then(pl.col(name))
        .otherwise(pl.col(name).str.replace(prefix, ""))
        .alias(name)
        for name, prefix in known.items()
    )


def _in_words_of_the_contract(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Words that the map translates, compared as all spellings are; others stay."""
    for name, words in layout.recode.items():
        if name not in frame.columns:
            continue
        found = {cell: words[fold(cell)] for cell in frame[name].drop_nulls().unique() if fold(cell) in words}
        frame = frame.with_columns(pl.col(name).replace(found))
    return frame


def _filled_down(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """A group is written once, beside its first row."""
    return frame.with_columns(pl.col(name).forward_fill() for name in layout.fill_down if name in frame.columns)


def _a_row_a_year(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Columns «План на 2024 год», «План на 2025 год» become a row a year that has a value; the source row stays one.

    A row without a value in any year stays, under the first of them: that it is empty is for the reader to say.
    """
    year_column = KINDS[layout.kind].year_column
    fields = tuple(dict.fromkeys(name for name, _ in layout.yearly))
    years = sorted({part for name in fields for part in _years(frame, name)})
    if not years or year_column is None:
        return frame
    kept = [name for name in frame.columns if not any(name == f"{one}.{year}" for one in fields for year in years)]
    kept = [name for name in kept if name != year_column]
    parts = [
        frame.select(*kept, pl.lit(year).alias(year_column), *(_of_year(frame, name, year) for name in fields))
        for year in years
    ]
    long = pl.concat([part.with_columns(pl.lit(order).alias("_year")) for order, part in enumerate(parts)])
    has_value = pl.any_horizontal(pl.col(fields).is_not_null())
    is_first = (pl.col("_year") == 0) & ~has_value.any().over("source_row")
    return long.filter(has_value | is_first).sort("source_row", "_year", maintain_order=True).drop("_year")


def _years(frame: pl.DataFrame, name: str) -> list[str]:
    return [column.removeprefix(f"{name}.") for column in frame.columns if column.startswith(f"{name}.")]


def _of_year(frame: pl.DataFrame, name: str, year: str) -> pl.Expr:
    column = f"{name}.{year}"
    return (pl.col(column) if column in frame.columns else pl.lit(None, pl.String)).alias(name)
