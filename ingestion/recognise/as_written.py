"""Rows as they were written in the file, for whoever follows a number back to its source row."""

from collections.abc import Mapping

import polars as pl

from ingestion.recognise.header_row import Header
from schemas.kinds import KINDS
from schemas.personal import mask, mask_column

AS_WRITTEN = "as_written"


def written_columns(header: Header, context: Mapping[str, str]) -> list[pl.Expr]:
    """The column `as_written` of a table of text; of a wide layout one a role, unpivoted as its other columns are.

    A JSON object, heading to text: columns in the order of the file, then what titles, the sheet's name or `--set`
    say for all rows; a cell without text is left out. None for a person-level kind: nothing of it is kept as written.
    """
    layout = header.layout
    if KINDS[layout.kind].is_personal:
        return []
    cells = {
        name: _pair(header.headings[index], pl.col(name).map_batches(mask_column, return_dtype=pl.String))
        for name, index in sorted(header.columns.items(), key=lambda column: column[1])
    }
    for name, text in context.items():
        if name not in cells and layout.constants.get(name) != text:  # a header map's constant is nobody's writing
            cells[name] = _pair(layout.title(name), pl.lit(mask(text), pl.String))
    if not layout.unpivot:
        return [_object(cells).alias(AS_WRITTEN)]
    measures = {role: {f"{value}_{role}" for value in layout.unpivot_values} for role in layout.unpivot}
    every = set().union(*measures.values())
    return [
        _object({name: pair for name, pair in cells.items() if name in own or name not in every}).alias(
            f"{AS_WRITTEN}_{role}"
        )
        for role, own in measures.items()
    ]


def _pair(heading: str, text: pl.Expr) -> pl.Expr:
    """`"heading":"text"`, null where there is no text: one struct of all the cells would write `null` there."""
    alone = pl.struct(text.alias(heading)).struct.json_encode().str.strip_prefix("{").str.strip_suffix("}")
    return pl.when(text.is_not_null()).then(alone)


def _object(pairs: Mapping[str, pl.Expr]) -> pl.Expr:
    joined = pl.concat_str(list(pairs.values()), separator=",", ignore_nulls=True)
    return pl.concat_str([pl.lit("{"), joined, pl.lit("}")])
