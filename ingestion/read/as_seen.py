"""What a person sees of a cell's text: no invisible marks, one sort of space, the text within ="…"."""

import polars as pl

# Marks of direction, joiners, soft hyphens, inner byte order marks, Ctrl-Z; line breaks and tabs are seen.
_INVISIBLE = r"[[\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]--[\t\n\r\x0b\x0c\x{85}]]"
_OTHER_SPACES = r"[[\p{Zs}\p{Zl}\p{Zp}\x0b\x0c\x{85}\x{2800}]--[ ]]"
_FORMULA_OF_TEXT = r'(?s)^\s*=\s*"(.*)"\s*$'  # how systems keep the zeros of a code in Excel
_TEXT_MARK = r"(?s)^\s*['’]([^'’]*)$"  # how people do: an apostrophe that Excel does not show
_ANY = rf"{_INVISIBLE}|{_OTHER_SPACES}|^\s*[='’]"
_BLANK = r"^\s*$"


def as_seen(texts: pl.Series) -> pl.Series:
    """The texts of a column without what nobody sees; one of which nothing is left is null."""
    if not texts.str.contains(_ANY).any():
        return texts
    text = pl.col(texts.name).str.replace_all(_INVISIBLE, "").str.replace_all(_OTHER_SPACES, " ")
    within = text.str.extract(_FORMULA_OF_TEXT).str.replace_all('""', '"', literal=True)
    text = pl.coalesce(within, text).str.replace(_TEXT_MARK, "$1")
    return texts.to_frame().select(pl.when(~text.str.contains(_BLANK)).then(text)).to_series()


def frame_as_seen(frame: pl.DataFrame) -> pl.DataFrame:
    """Every column as a person sees it."""
    return frame.with_columns(as_seen(column) for column in frame.iter_columns())
