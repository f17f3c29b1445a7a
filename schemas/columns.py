"""Parts from which the row models are made: a typed column with its title, how it is read, and its rules.

`parse` in a column's metadata names the reader of ingestion.parse that turns the text of a cell into the
type; `field` names the source column of the header map when it differs from the name in the model.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

FIRST_DATE = date(2010, 1, 1)
LAST_PLAN_YEAR = 2050

Expression = Callable[[pl.Expr], pl.Expr]


def rule(name: str, holds: Expression) -> pa.Check:
    """A check of one column; `name` is a code of schemas.rules."""

    def check(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(holds(pl.col(data.key)))

    return pa.Check(check, name=name)


def row_rule(name: str, blamed: str, holds: pl.Expr) -> pa.Check:
    """A check across columns; `blamed` is the column the protocol points at. Nulls do not break a rule."""
    return pa.Check(lambda data: data.lazyframe.select(holds.fill_null(value=True)), name=name, description=blamed)


def column(
    dtype: Any,
    title: str,
    description: str,
    parse: str,
    *,
    required: bool = False,
    field: str | None = None,
    checks: tuple[pa.Check, ...] = (),
) -> pa.Column:
    """A column of a row model: type, Russian title and description, reader of the cell, rules."""
    return pa.Column(
        dtype,
        checks=list(checks),
        nullable=not required,
        title=title,
        description=description,
        metadata={"parse": parse, "field": field},
    )


def text(title: str, description: str, *, required: bool = False, parse: str = "text") -> pa.Column:
    return column(pl.String, title, description, parse, required=required)


def count(title: str, description: str, *, required: bool = False) -> pa.Column:
    return column(
        pl.Int64, title, description, "count", required=required, checks=(rule("not_negative", lambda c: c >= 0),)
    )


def amount(title: str, description: str, *, required: bool = False, scale: int = 2) -> pa.Column:
    return column(
        pl.Decimal(18, scale),
        title,
        description,
        "decimal",
        required=required,
        checks=(rule("not_negative_amount", lambda c: c >= 0),),
    )


def fact_date(
    title: str, description: str, *, required: bool = True, field: str | None = None, parse: str = "date"
) -> pa.Column:
    """The date of a fact: not in the future and not before 2010 (contracts.md, rules common to all)."""
    return column(
        pl.Date,
        title,
        description,
        parse,
        required=required,
        field=field,
        checks=(
            rule("not_in_future", lambda c: c <= date.today()),
            rule("not_before_2010", lambda c: c >= FIRST_DATE),
        ),
    )


def free_date(title: str, description: str, *, required: bool = False, parse: str = "date") -> pa.Column:
    """A date free of the rule on future and 2010: birth, hiring, validity, deadline."""
    return column(pl.Date, title, description, parse, required=required)


def flag(title: str, description: str) -> pa.Column:
    return column(pl.Boolean, title, description, "yes_no")


def bounds(prefix: str, title: str, description: str, *, scale: int = 3) -> dict[str, pa.Column]:
    """A measured value that may be a range: low and high bound, kind, and the text as written."""
    number = pl.Decimal(18, scale)
    return {
        f"{prefix}_low": column(number, f"{title}: нижняя граница", description, "derived"),
        f"{prefix}_high": column(number, f"{title}: верхняя граница", description, "derived"),
        f"{prefix}_kind": column(pl.String, f"{title}: вид значения", description, "derived", required=True),
        f"{prefix}_text": column(pl.String, title, description, "bounds", field=prefix),
    }


ORGANISATION: dict[str, pa.Column] = {
    "inn": text("ИНН", "ИНН организации, 10 цифр", parse="inn"),
    "kpp": text("КПП", "КПП организации или её филиала, 9 знаков", parse="kpp"),
    "ogrn": text("ОГРН", "ОГРН организации, 13 цифр", parse="ogrn"),
    "organisation_name": text("Наименование организации", "Наименование, как оно написано в файле"),
    "municipality": text("Муниципалитет", "Муниципальное образование, как оно написано в файле"),
    "region": text("Субъект", "Субъект Российской Федерации, как он написан в файле"),
}
"""The columns by which a row's organisation is found (contracts.md, «Organisation columns»)."""

SYSTEM = text("Система", "Код системы из каталога систем", parse="system")
ROLE = text("Роль", "Роль участника: student, teacher, parent, leader, organisation", required=True, parse="role")
PERSON = text("СНИЛС", "Псевдоним человека: HMAC-SHA256 от СНИЛС", required=True, parse="snils")


def not_above_headcount(name: str, blamed: str) -> pa.Check:
    return row_rule(name, blamed, pl.col(blamed) <= pl.col("headcount"))
