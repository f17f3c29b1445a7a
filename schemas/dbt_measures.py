"""How the rows of a kind become the measures that measures.csv reads from one of its columns, as macros for dbt.

The role, the system, the subject and the time of a row follow from the row model. A measure that has to be computed has
no `column` in the catalogue, and a branch of int_measure or a model of its own.
"""

from collections.abc import Iterator

from foundation.sources import ROOT
from schemas.kinds import KINDS, Kind
from schemas.measure_kinds import measures_of_kinds
from schemas.measures import Measure

MACROS = ROOT / "dbt_project" / "macros" / "generated_measures.sql"


def measure_macros(made_by: str) -> str:
    """The list of measures read from a column, each «kind.measure», and the rows of one of them."""
    read = list(_read_measures())
    names = "".join(f"    {kind.code}.{measure.measure_code}\n" for kind, measure in read)
    cases = "".join(
        f"    {{%- if read_measure == '{kind.code}.{measure.measure_code}' %}}"
        f"{{{{ {_rows(kind, measure)} }}}}{{% endif %}}\n"
        for kind, measure in read
    )
    return (
        f"{{# {made_by} #}}\n\n"
        "{# Measures read from one column of a kind of export, each «kind.measure». #}\n"
        f"{{% macro read_measures() -%}}\n{names}{{%- endmacro %}}\n\n"
        "{# The rows of one of them, as int_measure unions them. #}\n"
        f"{{% macro read_measure_rows(read_measure) -%}}\n{cases}{{%- endmacro %}}"
    )


def _read_measures() -> Iterator[tuple[Kind, Measure]]:
    for measure in measures_of_kinds():
        for kind in (KINDS[code] for code in measure.kinds if measure.column):
            if not kind.partition_column:
                yield kind, measure


def _rows(kind: Kind, measure: Measure) -> str:
    start = f"'{kind.code}', \"'{measure.measure_code}'\", '{measure.column}'"
    subject = f"subject={_text(_subject(kind))}"
    if measure.time_rule == "flow" and (year := kind.year_of_day):
        return f"event_rows({start}, {subject}, day='{kind.period_column}', year='{year}')"
    first, last = kind.period_columns
    is_snapshot = "true" if measure.time_rule == "snapshot" else "false"
    about = f"role={_text(_column(kind, 'role_code'))}, system={_text(_column(kind, 'system_code'))}, {subject}"
    return f"measure_rows({start}, {about}, starts='{first}', ends='{last}', is_snapshot={is_snapshot})"


def _column(kind: Kind, name: str) -> str | None:
    return name if name in kind.model.columns else None


def _subject(kind: Kind) -> str | None:
    """The object or event that a row is about, by its reader."""
    read = (name for name, column in kind.model.columns.items() if column.metadata["parse"] == "subject")
    return next(read, None)


def _text(expression: str | None) -> str:
    """An expression of SQL as a text of Jinja; `none` where a row has no such thing."""
    if expression is None:
        return "none"
    return f'"{expression}"' if "'" in expression else f"'{expression}'"
