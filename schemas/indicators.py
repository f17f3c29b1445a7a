"""What row rules and readers ask of the passports: codes, valid years, units."""

import polars as pl

from foundation.settings import per_home
from foundation.text import fold
from schemas.passport import passports

PERCENT_UNITS = frozenset({"%", "процент", "процентов", "проц.", "проц"})


@per_home
def _codes() -> dict[str, str]:
    """Codes by what people write; where documents give two indicators one title, only the codes tell them apart."""
    titles: dict[str, set[str]] = {}
    for passport in passports():
        for text in (passport.title, passport.short_title, *passport.document_codes):
            titles.setdefault(fold(text), set()).add(passport.code)
    unique = {text: next(iter(codes)) for text, codes in titles.items() if len(codes) == 1}
    return unique | {fold(passport.code): passport.code for passport in passports()}


def indicator_code_of(text: str) -> str | None:
    """The code of an indicator named by code, by its code in a seed document, or by exact title; None when unknown."""
    return _codes().get(fold(text))


def is_percent(unit: str | None) -> bool:
    """Whether a unit as written means a percentage and nothing else."""
    return unit is not None and fold(unit) in PERCENT_UNITS


def is_year_of_passport(column: str = "year") -> pl.Expr:
    """Rows whose year in `column` some version of the passport of `indicator_code` covers."""
    firsts: dict[str, int] = {}
    lasts: dict[str, int] = {}
    for passport in passports():
        firsts[passport.code] = min(passport.valid_from_year or 0, firsts.get(passport.code, 9999))
        lasts[passport.code] = max(passport.valid_to_year or 9999, lasts.get(passport.code, 0))
    code = pl.col("indicator_code")
    first = code.replace_strict(firsts, default=None, return_dtype=pl.Int64)
    last = code.replace_strict(lasts, default=None, return_dtype=pl.Int64)
    return pl.col(column).is_between(first, last)


def is_possible_percentage(prefix: str) -> pl.Expr:
    """Rows whose value `<prefix>_low`, `<prefix>_high` is no percentage above 100.

    The unit as written decides, the passport's unit where none is written: «процент (в документе)» is no percentage.
    """
    passport_units = {passport.code: is_percent(passport.unit) for passport in passports()}
    written = pl.col("unit").map_elements(is_percent, return_dtype=pl.Boolean)
    by_passport = pl.col("indicator_code").replace_strict(passport_units, default=False, return_dtype=pl.Boolean)
    highest = pl.max_horizontal(f"{prefix}_low", f"{prefix}_high")
    return ~(pl.coalesce(written, by_passport) & (highest > 100))


@per_home
def _school_year_codes() -> frozenset[str]:
    return frozenset(passport.code for passport in passports() if passport.year_kind == "school")


def counts_school_years(code: str) -> bool:
    """Whether a year of this indicator is a school year, named by the year in which it ends."""
    return code in _school_year_codes()
