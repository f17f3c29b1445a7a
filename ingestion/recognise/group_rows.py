"""Rows that name a municipality for the rows below them (contracts.md, settled 28).

A group row has the municipality and no organisation, and stands above rows that have an organisation and no
municipality; or it is a line that names a municipality and nothing else. Figures beside it are a subtotal. The next
municipality ends the former one.
"""

from collections.abc import Callable, Sequence

import polars as pl

from foundation.text import fold_header
from ingestion.names.place_lines import is_place_line
from ingestion.recognise.header_row import ORGANISATION_FIELDS, Cell, Header
from ingestion.recognise.ignored_rows import SUBTOTAL
from schemas.kinds import KINDS

MUNICIPALITY = "municipality"
KnowsPlace = Callable[[str], bool]
"""Whether a text is the name of a municipality that the registry knows."""


def place_said(cells: Sequence[Cell], header: Header, knows_place: KnowsPlace) -> str | None:
    """The municipality that a row names and says nothing else: «Енисейский район», «Муниципалитет: город Ковров»."""
    filled = [cell.strip() for cell in cells if cell is not None]
    key, colon, value = filled[0].partition(":")
    if colon and header.layout.spellings.get(fold_header(key)) == MUNICIPALITY:
        return value.strip() or (filled[1] if len(filled) > 1 else None)
    if len(filled) > 1:
        return None
    in_its_column = header.columns.get(MUNICIPALITY)
    if in_its_column is not None and cells[in_its_column] is not None:
        return filled[0]
    return filled[0] if is_place_line(filled[0]) or knows_place(filled[0]) else None


def group_places(
    body: pl.DataFrame, found: pl.Series, header: Header, lines: dict[int, str]
) -> tuple[pl.Series, pl.Series]:
    """The municipality that group rows give to each row (null: none), and `found` with the group rows among it.

    `lines` are the rows, by position, that name a municipality and nothing else.
    """
    groups = {**lines, **_rows_above_organisations(body, found, header)}
    named = pl.Series([None] * body.height, dtype=pl.String)
    if not groups:
        return named, found
    own = header.columns.get(MUNICIPALITY)
    places = body[f"c{own}"] if own is not None else named
    current: str | None = None
    given: list[str | None] = []
    for index, place in enumerate(places):
        if index in groups:
            current = groups[index]
        elif place is not None:
            current = None
        given.append(None if index in groups or place is not None else current)
    return pl.Series(given, dtype=pl.String), found.scatter(sorted(groups), SUBTOTAL)


def _rows_above_organisations(body: pl.DataFrame, found: pl.Series, header: Header) -> dict[int, str]:
    """Rows of a municipality right above rows of organisations that name none; and their municipality."""
    own = header.columns.get(MUNICIPALITY)
    naming = [f"c{header.columns[name]}" for name in ORGANISATION_FIELDS if name in header.columns]
    kind = KINDS[header.layout.kind]
    if not naming or kind.is_personal or kind.organisation == "registry":  # a row of a person sums up nothing
        return {}
    data = body.with_row_index("position").filter(found.is_null())
    has_organisation = pl.any_horizontal(pl.col(naming).is_not_null())
    if own is None:
        return _places_for_names(data, naming)
    column = f"c{own}"
    of_place = pl.col(column).is_not_null() & ~has_organisation
    of_organisation = pl.col(column).is_null() & has_organisation
    above = data.filter(of_place & of_organisation.shift(-1).fill_null(value=False))
    return dict(above.select("position", column).rows())


def _places_for_names(data: pl.DataFrame, naming: Sequence[str]) -> dict[int, str]:
    """A table without a column of municipalities may name them where organisations are named, with their subtotals."""
    column = naming[-1]
    texts = data[column]
    lines = {text for text in texts.unique().drop_nulls() if is_place_line(text)}
    is_place = pl.col(column).is_in(sorted(lines)) & pl.all_horizontal(pl.col(list(naming[:-1])).is_null())
    marked = data.with_columns(is_place.fill_null(value=False).alias("is_place"))
    above = marked.filter(pl.col("is_place") & ~pl.col("is_place").shift(-1).fill_null(value=True))
    return dict(above.select("position", column).rows()) if len(lines) < len(texts.unique()) else {}
