"""A recognised sheet as a table of text: fields by name, source rows, and what is not data counted apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from ingestion.as_written import AS_WRITTEN, written_columns
from ingestion.reading import Sheet
from ingestion.recognise import Header
from ingestion.values.name_lists import unfold_names
from ingestion.values.obligations import responsible_group
from schemas.header_map import Layout
from schemas.text import fold_header

TOTALS = r"^[\s«\"]*(итого|всего|в том числе)\b"
MEASURES_NEVER_FILLED = frozenset(
    ("registered", "active", "covered", "quantity", "students", "teachers", "cost",
     "participants", "amount", "issued", "events", "answered", "satisfied")
)  # fmt: skip
BLANK, TOTAL, REPEATED = "blank", "total", "repeated_header"


@dataclass(frozen=True)
class Table:
    """Text of one sheet: `frame` has `source_row` (as Excel numbers it) and a text column for each field found.

    Of a kind that is not person-level it also has `as_written`.
    """

    sheet: str
    header: Header
    context: Mapping[str, str]
    frame: pl.DataFrame
    rows_read: int
    ignored: Mapping[str, int]

    def heading(self, field: str) -> str:
        """How the sender's own file calls a field, for messages; the canonical title when it has no column."""
        index = self.header.columns.get(field)
        return self.header.headings[index] if index is not None else self.header.layout.title(field)


def cut_table(sheet: Sheet, header: Header, context: Mapping[str, str]) -> Table:
    """Rows below the header: trailing blanks dropped uncounted, blank rows, totals and repeated headers ignored."""
    body = _filled_downwards(sheet, header).with_row_index("source_row", offset=1).slice(header.last_row + 1)
    body = body.with_columns(pl.col("source_row").cast(pl.Int64))
    return table_of_rows(sheet, header, context, body, last_filled(body))


def last_filled(body: pl.DataFrame) -> int:
    """The last row in which anything stands; 0 when nothing does."""
    filled = body.filter(~pl.all_horizontal(pl.exclude("source_row").is_null()))
    return int(filled["source_row"].max() or 0)  # type: ignore[arg-type]


def table_of_rows(sheet: Sheet, header: Header, context: Mapping[str, str], body: pl.DataFrame, last: int) -> Table:
    """The table of rows `body` (`source_row`, c0..cN) of a sheet whose last filled row is `last`."""
    cells = [name for name in body.columns if name != "source_row"]
    is_blank = pl.all_horizontal(pl.col(cells).is_null())
    body = body.filter(pl.col("source_row") <= last)
    is_total = pl.any_horizontal(pl.col(cells).str.to_lowercase().str.contains(TOTALS))
    reason = (
        pl.when(is_blank)
        .then(pl.lit(BLANK))
        .when(is_total.fill_null(value=False))
        .then(pl.lit(TOTAL))
        .when(_is_repeated_header(sheet, header, body.select(cells)))
        .then(pl.lit(REPEATED))
    )
    body = body.with_columns(reason.alias("ignored"))
    counts = body.filter(pl.col("ignored").is_not_null()).group_by("ignored").len().rows()
    frame = body.filter(pl.col("ignored").is_null()).select(
        "source_row", *(pl.col(f"c{index}").alias(name) for name, index in header.columns.items())
    )
    frame = frame.with_columns(written_columns(header, context))  # before defaults: nobody wrote those
    given = {name: text for name, text in context.items() if name not in header.columns}
    given = {**{k: v for k, v in header.layout.defaults.items() if k not in header.columns}, **given}
    frame = frame.with_columns(pl.lit(text).cast(pl.String).alias(name) for name, text in given.items())
    for name, text in header.layout.defaults.items():
        frame = frame.with_columns(pl.col(name).fill_null(text))
    return Table(sheet.name, header, context, frame, body.height, dict(counts))


def _is_repeated_header(sheet: Sheet, header: Header, cells: pl.DataFrame) -> pl.Expr:
    """The headings again further down, or the row of column numbers that forms put under a header."""
    written = [sheet.frame.row(row) for row in range(header.first_row, header.last_row + 1)]
    wanted = {f"c{index}": [row[index] for row in written if row[index]] for index in header.columns.values()}
    same = pl.sum_horizontal(pl.col(name).is_in(_spellings(cells[name], texts)) for name, texts in wanted.items())
    numbered = pl.all_horizontal(pl.col(name) == str(index + 1) for index, name in enumerate(cells.columns))
    is_numbering = (numbered & pl.lit(cells.width > 2)).fill_null(value=False)
    return (same.fill_null(0) * 2 > len(wanted)) | is_numbering


def _spellings(cells: pl.Series, headings: Sequence[str]) -> list[str]:
    """Cells that say one of the headings, compared as headings are: a form repeats them without its line breaks."""
    wanted = {fold_header(heading) for heading in headings}
    start = cells.str.strip_chars().str.head(1).str.to_lowercase()
    alike = cells.filter(start.is_in([heading[:1] for heading in wanted])).unique()
    return [text for text in alike if fold_header(text) in wanted]


def _filled_downwards(sheet: Sheet, header: Header) -> pl.DataFrame:
    """Names and dates merged over several rows stand for each of them; counts are never repeated."""
    frame = sheet.frame
    dimensions = {
        index: name
        for name, index in header.columns.items()
        if name not in MEASURES_NEVER_FILLED and not name.startswith(("registered_", "headcount"))
    }
    for first_row, first_column, last_row, last_column in sheet.merged_ranges:
        if first_row <= header.last_row or first_column != last_column or first_column not in dimensions:
            continue
        name = f"c{first_column}"
        values = frame[name].to_list()
        values[first_row : last_row + 1] = [values[first_row]] * (min(last_row, len(values) - 1) - first_row + 1)
        frame = frame.with_columns(pl.Series(name, values, dtype=pl.String))
    return frame


def unfold(table: Table) -> Table:
    """A wide layout made long, or a list of organisations made one row each; the source row stays the unit."""
    layout = table.header.layout
    if layout.unfold:
        return replace(table, frame=_unfold_roles(table.frame, layout))
    if layout.unfold_list and layout.unfold_list in table.frame.columns:
        return replace(table, frame=_unfold_list(table.frame, layout.unfold_list))
    return table


def _unfold_list(frame: pl.DataFrame, field: str) -> pl.DataFrame:
    """One row for each organisation named; a group («все школы») names none and stands for its municipality."""
    parts = [_addressees(text) for text in frame[field]]
    long = frame.with_columns(pl.Series(field, parts, dtype=pl.List(pl.String))).explode(field)
    names = [None if text is None or responsible_group(text) else text for text in long[field]]
    return long.with_columns(pl.Series("organisation_name", names, dtype=pl.String))


def _addressees(text: str | None) -> Sequence[str | None]:
    """At least one, be it nobody: polars drops the row of an empty list."""
    if text is None or responsible_group(text):
        return [text]
    return unfold_names(text) or [None]


def _unfold_roles(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """One row a role that has a value (question 3)."""
    unfolded = (*layout.unfold_values, AS_WRITTEN)
    kept = [
        name
        for name in frame.columns
        if not any(name == f"{value}_{role}" for value in unfolded for role in layout.unfold)
    ]
    parts = []
    for role in layout.unfold:
        if f"registered_{role}" not in frame.columns:
            continue
        values = [
            (pl.col(f"{value}_{role}") if f"{value}_{role}" in frame.columns else pl.lit(None, pl.String)).alias(value)
            for value in unfolded
        ]
        parts.append(frame.select(*kept, pl.lit(role).alias("role_code"), *values))
    long = pl.concat(parts)
    has_value = pl.col("registered").is_not_null()
    some_value = has_value.any().over("source_row")
    first_role = pl.col("role_code") == parts[0]["role_code"][0] if parts[0].height else pl.lit(value=True)
    return long.filter(has_value | (~some_value & first_role)).sort("source_row", maintain_order=True)
