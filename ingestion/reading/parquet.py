"""Parquet as a sheet: the column names are row 1, the data start in row 2."""

from pathlib import Path

import polars as pl

from ingestion.reading.celltext import row_text
from ingestion.reading.errors import Refusal
from ingestion.reading.sheet import FrameBuilder, Sheet

_BATCH_ROWS = 50_000


def read_parquet(path: Path, name: str) -> list[Sheet]:
    """The file as one sheet of text, cells written by the same rules as a workbook's."""
    try:
        source = pl.read_parquet(path, glob=False, hive_partitioning=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise Refusal("файл Parquet повреждён или записан неизвестным способом") from error
    if not source.columns:
        raise Refusal("в файле Parquet нет ни одного столбца")
    builder = FrameBuilder()
    builder.append([heading if heading.strip() else None for heading in source.columns])
    for batch in source.iter_slices(_BATCH_ROWS):
        builder.append_chunk(texts_of(batch))
    return [Sheet(name, builder.build())]


def texts_of(frame: pl.DataFrame) -> list[pl.Series]:
    """Columns as text, by the same rules as cells of a workbook; raises Refusal for values that are no text."""
    return [_text_column(column) for column in frame.iter_columns()]


def _text_column(column: pl.Series) -> pl.Series:
    try:
        values = column.cast(pl.String) if column.dtype == pl.Binary else column
        return pl.Series(row_text(values.to_list()), dtype=pl.String)
    except (KeyError, pl.exceptions.PolarsError) as error:
        raise Refusal(
            f"в столбце «{column.name}» значения составные или двоичные ({column.dtype})",
            "Выгрузите плоскую таблицу и повторите",
        ) from error
