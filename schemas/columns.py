"""Parts from which the row models are made: a typed column with its title, how it is read, and its rules.

`parse` in a column's metadata names the reader of ingestion.values.parse that turns the text of a cell into the
type; `field` names the source column of the header map when it differs from the name in the model.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from foundation.day import today

FIRST_DATE = date(2010, 1, 1)
LAST_PLAN_YEAR = 2050

QUANTITY_READERS = frozenset({"count", "decimal", "minutes", "roubles", "bounds"})
"""Readers of what is counted or measured. A cell merged over several rows says it once, not once a row."""

PAST = "not_in_future"
"""The rule that tells the day of a fact from one of hiring, validity or a deadline, which may lie ahead."""

Slash = Literal["fraction", "download", "none"]
"""What «100/50» says in a column of measured values: a share, download and upload of a line, or nothing."""
Dimension = Literal["count", "quantity", "speed", "money", "share", "time", "hours"]
"""What a column measures, for the unit that its heading may carry (schemas/heading_units.py)."""
Expression = Callable[[pl.Expr], pl.Expr]
Columns = dict[str, pa.Column]


def rule(name: str, holds: Expression) -> pa.Check:
    """A check of one column; `name` is a code of schemas.rules."""

    def check(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(holds(pl.col(data.key)))

    return pa.Check(check, name=name)


def row_rule(name: str, blamed: str, holds: pl.Expr | Callable[[], pl.Expr]) -> pa.Check:
    """A check across columns; `blamed` is the column the protocol points at. Nulls do not break a rule.

    A rule that asks for today or for the passports comes as a function: a service lives longer than a day.
    """

    def check(data: PolarsData) -> pl.LazyFrame:
        expression = holds() if callable(holds) else holds
        return data.lazyframe.select(expression.fill_null(value=True))

    return pa.Check(check, name=name, description=blamed)


def column(
    dtype: Any,
    title: str,
    description: str,
    parse: str,
    *,
    required: bool = False,
    field: str | None = None,
    checks: tuple[pa.Check, ...] = (),
    **reading: Any,
) -> pa.Column:
    """A column of a row model: type, Russian title and description, reader of the cell, rules.

    `reading` is what the reader needs beside the cell: the date column of a `year_of`, the `slash` of `bounds`, the
    fields whose cells are read together with it (`also`; with `own_cell` only where its own is filled).
    """
    return pa.Column(
        dtype,
        checks=list(checks),
        nullable=not required,
        title=title,
        description=description,
        metadata={"parse": parse, "field": field, **reading},
    )


def field_of(name: str, column: pa.Column) -> str:
    """The field of a file from which a column of a row model is read."""
    field: str | None = column.metadata["field"]
    return field or name


def is_read(column: pa.Column) -> bool:
    """Whether a column is read from a cell; others are parts of what another column's cell says."""
    return bool(column.metadata["parse"] != "derived")


def text(title: str, description: str, *, required: bool = False, parse: str = "text", **reading: Any) -> pa.Column:
    return column(pl.String, title, description, parse, required=required, **reading)


def count(title: str, description: str, *, required: bool = False, dimension: Dimension = "count") -> pa.Column:
    return column(
        pl.Int64,
        title,
        description,
        "count",
        required=required,
        checks=(rule("not_negative", lambda c: c >= 0),),
        dimension=dimension,
    )


def amount(
    title: str,
    description: str,
    *,
    dimension: Dimension | None,
    required: bool = False,
    scale: int = 2,
    parse: str = "decimal",
) -> pa.Column:
    return column(
        pl.Decimal(18, scale),
        title,
        description,
        parse,
        required=required,
        checks=(rule("not_negative_amount", lambda c: c >= 0),),
        dimension=dimension,
    )


def _is_past() -> tuple[pa.Check, ...]:
    """The rule for dates of facts: not in the future and not before 2010 (contracts.md, rules common to all)."""
    return (
        rule(PAST, lambda c: c <= today()),
        rule("not_before_2010", lambda c: c >= FIRST_DATE),
    )


def fact_date(
    title: str, description: str, *, required: bool = True, field: str | None = None, parse: str = "date"
) -> pa.Column:
    """The date of a fact, held to the rule for such dates."""
    return column(pl.Date, title, description, parse, required=required, field=field, checks=_is_past())


def plan_year(title: str, description: str, *, parse: str = "year", required: bool = True, **reading: Any) -> pa.Column:
    """A year that may lie ahead."""
    return column(
        pl.Int64,
        title,
        description,
        parse,
        required=required,
        checks=(rule("plan_year", lambda c: c.is_between(FIRST_DATE.year, LAST_PLAN_YEAR)),),
        **reading,
    )


def free_date(title: str, description: str, *, required: bool = False, parse: str = "date") -> pa.Column:
    """A date free of the rule on future and 2010: birth, hiring, validity, deadline."""
    return column(pl.Date, title, description, parse, required=required)


def flag(title: str, description: str) -> pa.Column:
    return column(pl.Boolean, title, description, "yes_no")


def dated(day: str, year: str, titles: tuple[str, str], description: str, *, is_past: bool = True) -> Columns:
    """A day of which a file may give the year only: columns `day` and `year`; the day's own year wins.

    `is_past` holds both to the rule for dates of facts; without it they are when something starts and may lie ahead.
    """
    year_rules = (
        rule("year_not_in_future", lambda c: c <= today().year),
        rule("year_not_before_2010", lambda c: c >= FIRST_DATE.year),
    )
    return {
        day: column(
            pl.Date,
            titles[0],
            f"{description}; пусто, когда дан только год",
            "date_or_year" if is_past else "start_or_year",
            checks=_is_past() if is_past else (),
        ),
        year: column(
            pl.Int64,
            titles[1],
            f"{description}: год",
            "year_of",
            required=True,
            checks=year_rules if is_past else (),
            day=day,
        ),
    }


def bounds(
    prefix: str,
    title: str,
    description: str,
    *,
    scale: int = 3,
    slash: Slash = "none",
    dimension: Dimension | None = None,
) -> Columns:
    """A measured value that may be a range: low and high bound, kind, and the text as written.

    Where the slash makes a fraction, a value «1/9» also keeps its numerator and denominator.
    """
    number = pl.Decimal(18, scale)
    parts = {
        f"{prefix}_low": column(number, f"{title}: нижняя граница", description, "derived"),
        f"{prefix}_high": column(number, f"{title}: верхняя граница", description, "derived"),
        f"{prefix}_kind": column(pl.String, f"{title}: вид значения", description, "derived", required=True),
        f"{prefix}_text": column(
            pl.String, title, description, "bounds", field=prefix, scale=scale, slash=slash, dimension=dimension
        ),
    }
    if slash == "fraction":
        parts[f"{prefix}_numerator"] = column(number, f"{title}: числитель", "Числитель значения вида 1/9", "derived")
        parts[f"{prefix}_denominator"] = column(
            number, f"{title}: знаменатель", "Знаменатель значения вида 1/9", "derived"
        )
    return parts


ORGANISATION: Columns = {
    "inn": text("ИНН", "ИНН организации, 10 цифр", parse="inn"),
    "kpp": text("КПП", "КПП организации или её филиала, 9 знаков", parse="kpp"),
    "ogrn": text("ОГРН", "ОГРН организации, 13 цифр", parse="ogrn"),
    "organisation_name": text("Наименование организации", "Наименование, как оно написано в файле", parse="name"),
    "municipality": text("Муниципалитет", "Муниципальное образование, как оно написано в файле", parse="name"),
    "region": text("Субъект", "Субъект Российской Федерации, как он написан в файле", parse="name"),
}
"""The columns by which a row's organisation is found (contracts.md, «Organisation columns»)."""

SYSTEM = text("Система", "Код системы из каталога систем", parse="system", needed=True)
"""Without a code its row is held; but the file must name some system, and `needed` says so."""
ROLE = text("Роль", "Роль участника: student, teacher, parent, leader, organisation", required=True, parse="role")
PERSON = text("СНИЛС", "Псевдоним человека: HMAC-SHA256 от СНИЛС", required=True, parse="snils")


def not_above_headcount(name: str, blamed: str) -> pa.Check:
    return row_rule(name, blamed, pl.col(blamed) <= pl.col("headcount"))
