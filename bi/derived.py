"""Columns that people are shown in place of a mart's own: codes in words, numbers as the command prints them, moments.

They follow from dbt's description and from the passports; no data set lists them.
"""

from collections.abc import Iterator

from bi.column_formats import LOCAL_SUFFIX, ROUNDED_SUFFIX, SHOWN_SUFFIX, SIGNED
from bi.marts import Column, Mart, load_marts
from bi.moments import local
from bi.specification import CalculatedColumn, Dataset
from schemas.labels import column_label
from schemas.passport import passports
from schemas.regions import regions

TITLE_SUFFIX = "_title"
ROUNDED = frozenset({"value", "plan", "deviation", "municipality_value", "gap", "threshold", "value_common"})
BOUNDS = ("value_low", "value_high")
DIGITS = range(4)
UNIT, INDICATOR = "unit", "indicator_code"
REGION, REGION_CODE = "region", "region_code"
CUMULATIVE = "нарастающим итогом"
NO_BREAK = "\u00a0"


def calculated_columns(dataset: Dataset) -> tuple[CalculatedColumn, ...]:
    """The dataset's own columns, and those that follow from its mart."""
    mart = load_marts().get(dataset.mart)
    return (*(_derived(mart) if mart else ()), *dataset.columns)


def _derived(mart: Mart) -> Iterator[CalculatedColumn]:
    columns = list(mart.columns.values())
    names = {column.name for column in columns}
    in_codes = [column for column in columns if has_words(column) and column.name + TITLE_SUFFIX not in names]
    yield from (_in_words(mart, column) for column in in_codes)
    rounded = [column for column in columns if is_rounded(mart, column)]
    yield from map(_rounded, rounded)
    yield from map(_as_printed, rounded)
    yield from (_in_local_time(column) for column in columns if column.is_moment)
    if {*BOUNDS, "precision_digits"} <= names:
        yield _interval()
    if {UNIT, INDICATOR} <= names:
        yield _unit(mart.columns[UNIT])
    if REGION_CODE in names and REGION not in names:
        yield _region(mart)


def has_words(column: Column) -> bool:
    """True for what a table would show as a code, or as true and false."""
    return bool(column.values) or column.sql_type == "BOOLEAN"


def is_rounded(mart: Mart, column: Column) -> bool:
    """True for a value that a passport's precision governs."""
    return "precision_digits" in mart.columns and column.name in ROUNDED


def _in_words(mart: Mart, column: Column) -> CalculatedColumn:
    cases = " ".join(f"WHEN {literal(code)} THEN {literal(text)}" for code, text in column.values.items())
    expression = f"CASE {column.name} {cases} ELSE {column.name} END"
    if not column.values:
        expression = f"CASE WHEN {column.name} THEN 'да' WHEN NOT {column.name} THEN 'нет' END"
    return CalculatedColumn(
        name=column.name + TITLE_SUFFIX,
        title=_label(mart, column),
        expression=expression,
        description=column.description,
    )


def _rounded(column: Column) -> CalculatedColumn:
    # Half up, as decimals: a browser rounds the binary 5,85 down. DuckDB takes a constant number of digits only.
    cases = " ".join(f"WHEN {digits} THEN ROUND({column.name}, {digits})" for digits in DIGITS)
    return CalculatedColumn(
        name=column.name + ROUNDED_SUFFIX,
        title=f"{column.label} (число)",
        expression=f"CASE precision_digits {cases} ELSE {column.name} END",
        type=column.sql_type,
        description=column.description,
    )


def _as_printed(column: Column) -> CalculatedColumn:
    """As text: percents and pieces share a column, and a column of numbers has one number of digits."""
    text = _as_text(column.name)
    if column.name in SIGNED:
        text = f"CASE WHEN {column.name} > 0 THEN '+' ELSE '' END || {text}"
    return CalculatedColumn(
        name=column.name + SHOWN_SUFFIX,
        title=column.label,
        expression=text,
        description=column.description,
    )


def _as_text(name: str) -> str:
    cases = " ".join(f"WHEN {digits} THEN {_printed(name, digits)}" for digits in DIGITS)
    return f"REPLACE(REPLACE(CASE precision_digits {cases} END, ',', '{NO_BREAK}'), '.', ',')"


def _printed(name: str, digits: int) -> str:
    # Rounded as a decimal first: what is left to format has no more digits than are printed.
    return f"FORMAT('{{:,.{digits}f}}', CAST(ROUND({name}, {digits}) AS DOUBLE))"


def _interval() -> CalculatedColumn:
    """«от 45,4 до 69,8» where the full value is not known, «не меньше 12» of a sum; empty where it is known."""
    low, high = (f"({_as_text(name)})" for name in BOUNDS)
    return CalculatedColumn(
        name="interval_shown",
        title="Полное значение",
        expression=(
            f"CASE WHEN {BOUNDS[0]} <> {BOUNDS[1]} THEN 'от ' || {low} || ' до ' || {high}"
            f" WHEN {BOUNDS[1]} IS NULL THEN 'не меньше ' || {low} END"
        ),
        description="Между чем лежит значение вместе с теми, кто не сдал; пусто, если сдали все",
    )


def _in_local_time(column: Column) -> CalculatedColumn:
    return CalculatedColumn(
        name=column.name + LOCAL_SUFFIX,
        title=column.label,
        expression=local(column.name),
        type=column.sql_type,
        description=column.description,
    )


def _unit(column: Column) -> CalculatedColumn:
    """The unit, which also says of a value that it is counted from the beginning and not within the year."""
    codes = sorted({passport.code for passport in passports() if passport.cumulative != "none"})
    listed = ", ".join(map(literal, codes))
    return CalculatedColumn(
        name=UNIT + SHOWN_SUFFIX,
        title=column.label,
        expression=f"{UNIT} || CASE WHEN {INDICATOR} IN ({listed}) THEN ' {CUMULATIVE}' ELSE '' END",
        description=f"{column.description}; «{CUMULATIVE}» у значений с начала учёта, а не за год",
    )


def _region(mart: Mart) -> CalculatedColumn:
    """The region by name, for marts that carry its code: a filter by region reaches only what has its column."""
    cases = " ".join(f"WHEN {literal(region.code)} THEN {literal(region.name)}" for region in regions())
    return CalculatedColumn(
        name=REGION,
        title=column_label(mart.name, REGION),
        expression=f"CASE {REGION_CODE} {cases} END",
        description=mart.columns[REGION_CODE].description,
    )


def _label(mart: Mart, column: Column) -> str:
    """The column's label; with its name when it is a second name of what the mart has under the same label."""
    first = next(other for other in mart.columns.values() if other.label == column.label)
    return column.label if first.name == column.name else f"{column.label} ({column.name})"


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def mart_title(dataset: Dataset, mart: Mart, column: Column) -> str:
    """A label of the mart, with what tells its column from the one that people are shown in its stead."""
    if has_words(column):
        return f"{_label(mart, column)} (код)"
    if is_rounded(mart, column):
        return f"{column.label} (без округления)"
    if column.is_moment:
        return f"{column.label} (UTC)"
    shown_instead = any(other.title == column.label for other in calculated_columns(dataset))
    return f"{column.label} (как в витрине)" if shown_instead else _label(mart, column)
