"""The rules of the log of activity in Polars: what distinct texts mean and which rule they break."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import cast

import polars as pl

from benchmarks.alternatives.layout import INN_WEIGHTS, NO_DATA, ROLES, RULES, SNILS_WEIGHTS, SYSTEMS

ROLE = pl.Enum(["student", "teacher"])
EARLIEST = date(2010, 1, 1)

# Each rule is about one column: the first that a row breaks is the least of its texts'.
GOOD, UNSEEN = 254, 255

Judge = Callable[[pl.Series], pl.DataFrame]
"""Distinct texts to their `value` and `rule`, the number of the first rule broken or GOOD."""


class Column:
    """The verdicts on the distinct texts of a column, by the code of the text."""

    def __init__(self, judge: Judge, dtype: pl.DataType | type[pl.DataType], absent: int) -> None:
        """`absent` is the rule broken by an empty cell, or GOOD."""
        self._judge = judge
        self._absent = absent
        self._values = pl.Series([], dtype=dtype)
        self._rules = pl.Series([], dtype=pl.UInt8)

    def learn(self, written: pl.Series) -> None:
        """Judge the texts that were not met before."""
        codes = written.to_physical()
        highest = cast("int | None", codes.max())
        if highest is not None and (missing := highest + 1 - len(self._rules)) > 0:
            self._values = self._values.extend_constant(None, missing).rechunk()
            self._rules = self._rules.extend_constant(UNSEEN, missing).rechunk()
        fresh = written.filter(self._rules.gather(codes) == UNSEEN).unique()
        if len(fresh):
            verdict = self._judge(fresh.cast(pl.String))
            self._values.scatter(fresh.to_physical(), verdict["value"])
            self._rules.scatter(fresh.to_physical(), verdict["rule"])

    def values(self, written: pl.Series) -> pl.Series:
        """What the texts mean, null where a rule is broken."""
        return self._values.gather(written.to_physical())

    def rules(self, written: pl.Series) -> pl.Series:
        """The numbers of the first rules broken, GOOD where none is."""
        return self._rules.gather(written.to_physical()).fill_null(self._absent)


@dataclass
class People:
    """Numbers of people by their keys; a key does not depend on how the СНИЛС was written."""

    secret: bytes
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, digits: str) -> int:
        key = hmac.digest(self.secret, digits.encode(), "sha256").hex()
        return self.numbers.setdefault(key, len(self.numbers) + 1)

    def judge(self, texts: pl.Series) -> pl.DataFrame:
        """A СНИЛС: eleven digits however divided, the last two of them the check number of the others."""
        text = pl.col("text")
        digits = texts.to_frame("text").select(
            value=pl.when(is_checked(text.str.replace_all("[- ]", ""), 11, SNILS_WEIGHTS, 101, 100)).then(
                text.str.replace_all("[- ]", "")
            ),
            rule=pl.when(text == "").then(number_of("not_nullable")).otherwise(number_of("snils_check_digit")),
        )
        numbers = [None if one is None else self.number(one) for one in digits["value"]]
        return digits.select(
            value=pl.Series(numbers, dtype=pl.Int32),
            rule=pl.when(pl.col("value").is_null()).then("rule").otherwise(number_of()),
        )


def number_of(rule: str | None = None) -> pl.Expr:
    """The number of a rule, of none GOOD."""
    return pl.lit(RULES.index(rule) if rule else GOOD, pl.UInt8)


def is_checked(text: pl.Expr, length: int, weights: tuple[int, ...], *modulo: int) -> pl.Expr:
    """Whether a text is `length` digits that end with the check number of those before."""
    number = pl.when(text.str.contains(f"^[0-9]{{{length}}}$")).then(text).cast(pl.Int64)
    total = pl.sum_horizontal(
        number // 10 ** (length - 1 - place) % 10 * weight for place, weight in enumerate(weights)
    )
    for divisor in modulo:
        total %= divisor
    is_right: pl.Expr = total == number % 10 ** (length - len(weights))
    return is_right.fill_null(value=False)


def as_day(text: pl.Expr) -> pl.Expr:
    """A real date dd.mm.yyyy or yyyy-mm-dd, or null."""
    is_shaped = text.str.contains(r"^[0-9]{2}\.[0-9]{2}\.[0-9]{4}$")
    is_iso = text.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    return pl.coalesce(
        pl.when(is_shaped).then(text).str.to_date("%d.%m.%Y", strict=False),
        pl.when(is_iso).then(text).str.to_date("%Y-%m-%d", strict=False),
    )


def today() -> date:
    return datetime.now(tz=UTC).astimezone().date()


def judge_day(texts: pl.Series) -> pl.DataFrame:
    """A real date from 2010 to today."""
    day = pl.col("value")
    rule = (
        pl.when(day.is_null()).then(number_of("not_a_date"))
        .when(day > today()).then(number_of("not_in_future"))
        .when(day < EARLIEST).then(number_of("not_before_2010"))
        .otherwise(number_of())
    )  # fmt: skip
    return texts.to_frame("text").select(value=as_day(pl.col("text"))).with_columns(rule=rule)


def judge_count(texts: pl.Series) -> pl.DataFrame:
    """A whole number that is not negative; it may be absent."""
    text, count = pl.col("text"), pl.col("value")
    rule = (
        pl.when(count.is_null() & (text != "")).then(number_of("not_a_count"))
        .when(count < 0).then(number_of("not_negative"))
        .otherwise(number_of())
    )  # fmt: skip
    return texts.to_frame("text").with_columns(value=text.cast(pl.Int64, strict=False)).select("value", rule=rule)


def judge_role(texts: pl.Series) -> pl.DataFrame:
    """A role that is known."""
    role = pl.col("text").replace_strict(ROLES, default=None, return_dtype=ROLE)
    rule = pl.when(pl.col("value").is_null()).then(number_of("role_known")).otherwise(number_of())
    return texts.to_frame("text").select(value=role.to_physical()).with_columns(rule=rule)


def judge_system(texts: pl.Series) -> pl.DataFrame:
    """The system that is known; in a row that is no data, something else."""
    is_known = pl.col("text").is_in(SYSTEMS)
    is_no_data = pl.col("text").is_in(NO_DATA)
    rule = (
        pl.when(is_known).then(number_of())
        .when(is_no_data).then(number_of("ignored"))
        .otherwise(number_of("held"))
    )  # fmt: skip
    return texts.to_frame("text").select(value=is_known.cast(pl.UInt8), rule=rule)


def judge_inn(texts: pl.Series, registry: pl.Enum) -> pl.DataFrame:
    """An ИНН with its check digit right, of an organisation in the registry."""
    text, place = pl.col("text"), pl.col("value")
    rule = (
        pl.when(~is_checked(text, 10, INN_WEIGHTS, 11, 10)).then(number_of("inn_check_digit"))
        .when(place.is_null()).then(number_of("held"))
        .otherwise(number_of())
    )  # fmt: skip
    return texts.to_frame("text").with_columns(value=text.cast(registry, strict=False).to_physical()).select(
        pl.col("value").cast(pl.UInt32), rule=rule
    )  # fmt: skip
