"""What an engineer would write by hand in Polars for the log of activity alone: one script, lean and honest.

    python -m benchmarks.alternatives.polars_streaming FOLDER SUFFIX TARGET

It does the same work: every row read and judged by the same rules, people made keys by HMAC, repeats left out,
rejected rows counted by file and rule, accepted ones written, person-months and different people by school, role and
month counted, set against headcounts. It keeps no journal, no protocol and no trace, and knows one layout of two kinds.

All columns are texts that repeat, so they are read as categories: a distinct text is judged once, and a row is judged
by looking up the codes of its texts. Files pass one at a time through the streaming engine into one Parquet file.
"""

import argparse
import hmac
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import polars as pl
from polars.io.plugins import register_io_source

LOG = ["Система", "Дата", "СНИЛС", "ИНН", "Роль", "Сообщений"]
HEADCOUNT = ["Дата", "ИНН", "Обучающихся", "Педагогических работников"]
ROLES = {"обучающийся": "student", "педагог": "teacher"}
ROLE = pl.Enum(list(ROLES.values()))
DENOMINATORS = {"student": "Обучающихся", "teacher": "Педагогических работников"}
EARLIEST = date(2010, 1, 1)
INN_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)
SNILS_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, 1)
BLOCK_BYTES = 1 << 24
DAYS_LIMIT = 1 << 17
"""More than the days from 1970 to any date of four digits that is not in the future."""

RULES = [
    "not_a_date", "not_in_future", "not_before_2010", "not_nullable", "snils_check_digit", "role_known", "not_a_count",
    "not_negative", "inn_check_digit", "held", "duplicate_key",
]  # fmt: skip
"""In the order they are asked. Each is about one column: the first that a row breaks is the least of its texts'."""
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
    """A real date dd.mm.yyyy, or null."""
    is_shaped = text.str.contains(r"^[0-9]{2}\.[0-9]{2}\.[0-9]{4}$")
    return pl.when(is_shaped).then(text).str.to_date("%d.%m.%Y", strict=False)


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
    """The system that is known."""
    is_known = pl.col("text") == "Сферум"
    rule = pl.when(is_known).then(number_of()).otherwise(number_of("held"))
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


class Log:
    """The rows of log files judged in turn; `rejected` is complete when the last accepted row was taken."""

    def __init__(self, registry: pl.Enum, people: People) -> None:
        self.registry = registry
        self.rejected: list[pl.DataFrame] = []
        # Polars forgets the codes of texts when the last column that has them is gone.
        self._keeps_codes = pl.Series([], dtype=pl.Categorical)
        self._columns = {
            "Система": Column(judge_system, pl.UInt8, RULES.index("held")),
            "Дата": Column(judge_day, pl.Date, RULES.index("not_a_date")),
            "СНИЛС": Column(people.judge, pl.Int32, RULES.index("not_nullable")),
            "ИНН": Column(lambda texts: judge_inn(texts, registry), pl.UInt32, RULES.index("inn_check_digit")),
            "Роль": Column(judge_role, pl.UInt8, RULES.index("role_known")),
            "Сообщений": Column(judge_count, pl.Int64, GOOD),
        }

    @property
    def schema(self) -> dict[str, pl.DataType | type[pl.DataType]]:
        return {
            "source_row": pl.UInt32,
            "day": pl.Date,
            "person_number": pl.Int32,
            "inn": self.registry,
            "role": ROLE,
            "messages": pl.Int64,
        }

    def accepted(self, files: Iterable[Path]) -> pl.LazyFrame:
        """The accepted rows of all the files, read when they are asked for and one file at a time."""

        def source(*_: object) -> Iterator[pl.DataFrame]:
            yield from map(self._judge, files)

        return register_io_source(source, schema=self.schema)

    def _judge(self, path: Path) -> pl.DataFrame:
        written = read_categories(path, LOG)
        for name, column in self._columns.items():
            column.learn(written[name])
        rule = pl.select(rule=pl.min_horizontal(column.rules(written[name]) for name, column in self._columns.items()))[
            "rule"
        ]
        meant = pl.DataFrame(
            {name: self._columns[name].values(written[name]) for name in ("Дата", "СНИЛС", "ИНН", "Роль", "Сообщений")}
        ).select(
            source_row=pl.row_index() + 1,
            day="Дата",
            person_number="СНИЛС",
            inn="ИНН",
            role="Роль",
            messages="Сообщений",
        )
        good = meant.filter(rule == GOOD)
        is_first = good.select(key=self._key())["key"].is_first_distinct()
        repeats = len(good) - int(is_first.sum())
        self._reject(path.stem, rule.filter(rule != GOOD).extend_constant(RULES.index("duplicate_key"), repeats))
        return good.filter(is_first).with_columns(pl.col("inn").cat.to(self.registry), pl.col("role").cat.to(ROLE))

    def _key(self) -> pl.Expr:
        """Day, person and ИНН in one number: quicker to compare than three columns."""
        schools = len(self.registry.categories)
        number = pl.col("person_number").cast(pl.Int64) * schools + pl.col("inn")
        return number * DAYS_LIMIT + pl.col("day").to_physical()

    def _reject(self, file: str, rules: pl.Series) -> None:
        counted = rules.rename("rule").value_counts(name="rows")
        self.rejected.append(
            counted.select(file=pl.lit(file), rule=pl.col("rule").replace_strict(dict(enumerate(RULES))), rows="rows")
        )


def read_categories(path: Path, columns: list[str]) -> pl.DataFrame:
    """The columns of a file, each text as a category."""
    if path.suffix == ".parquet":
        return pl.scan_parquet(path).select(columns).cast(pl.Categorical).collect(engine="streaming")
    return read_csv(path, columns)


def read_csv(path: Path, columns: list[str]) -> pl.DataFrame:
    """The columns of a Windows-1251 file, which Polars does not read.

    The file is read as bytes and only distinct texts are decoded: no separator has a byte that a letter could have.
    """
    import pyarrow as pa  # noqa: PLC0415 - Parquet does without it
    import pyarrow.csv  # noqa: PLC0415

    with path.open("rb") as stream:
        header = stream.readline().decode("cp1251").rstrip("\r\n").replace('"', "").split(";")
    table = pa.csv.read_csv(
        path,
        read_options=pa.csv.ReadOptions(column_names=header, skip_rows=1, block_size=BLOCK_BYTES),
        parse_options=pa.csv.ParseOptions(delimiter=";"),
        convert_options=pa.csv.ConvertOptions(
            check_utf8=False,
            include_columns=columns,
            column_types={name: pa.dictionary(pa.int32(), pa.binary()) for name in columns},
            null_values=[""],
            strings_can_be_null=True,
        ),
    )

    def decoded(written: pa.Array) -> pa.Array:
        texts = written.dictionary
        is_ascii = bytes(texts.buffers()[2]).isascii()
        texts = texts.cast(pa.string()) if is_ascii else pa.array([one.decode("cp1251") for one in texts.to_pylist()])
        return pa.DictionaryArray.from_arrays(written.indices, texts)

    return pl.DataFrame({name: pa.chunked_array([decoded(one) for one in table[name].chunks]) for name in columns})


def read_headcount(paths: Iterable[Path], registry: pl.Enum) -> pl.DataFrame:
    """Good rows of the headcounts: `inn`, `year` and a column for each role."""
    counts = [pl.col(name).cast(pl.Int64, strict=False).alias(role) for role, name in DENOMINATORS.items()]
    return (
        pl.concat([read_categories(path, HEADCOUNT) for path in paths])
        .lazy()
        .cast(pl.String)
        .select(pl.col("ИНН").cast(registry, strict=False).alias("inn"), as_day(pl.col("Дата")).alias("day"), *counts)
        .filter(
            pl.col("inn").is_not_null(),
            pl.col("day").is_between(EARLIEST, today()),
            *(pl.col(role) >= 0 for role in DENOMINATORS),
        )
        .unique(["day", "inn"], keep="first", maintain_order=True)
        # An indicator of a year is set against the latest headcount of that year.
        .sort("day", maintain_order=True)
        .unique([pl.col("inn"), pl.col("day").dt.year()], keep="last", maintain_order=True)
        .select("inn", pl.col("day").dt.year().alias("year"), *DENOMINATORS)
        .collect()
    )


def person_months(log: pl.LazyFrame) -> pl.LazyFrame:
    """A row for a person, role and ИНН in a month, with the days of activity as bits."""
    day_of_month = pl.col("day").dt.day().cast(pl.Int32)
    # Two and a half times as quick as month_start() and truncate().
    month = (pl.col("day").to_physical() - day_of_month + 1).cast(pl.Date).alias("month")
    return log.group_by(month, "inn", "role", "person_number").agg(
        days=pl.lit(2, pl.Int64).pow(day_of_month - 1).bitwise_or(), source_rows=pl.len()
    )


def values_of_year(active: pl.DataFrame, headcount: pl.DataFrame) -> pl.DataFrame:
    """The active of the last month of each year against the headcount of that year."""
    year = pl.col("month").dt.year().alias("year")
    people = headcount.unpivot(
        list(DENOMINATORS), index=["inn", "year"], variable_name="role", value_name="denominator"
    ).with_columns(pl.col("role").cast(ROLE))
    return (
        active.with_columns(year)
        .filter(pl.col("month") == pl.col("month").max().over("year"))
        .join(people, on=["inn", "year", "role"])
        .select(
            pl.format("{}s_active_sferum", pl.col("role").cast(pl.String)).alias("code"),
            "inn",
            "year",
            pl.col("active").alias("numerator"),
            "denominator",
        )
    )


def run(folder: Path, suffix: str, target: Path, secret: str) -> None:
    """Write the Parquet files of TARGET from the exports of FOLDER."""
    target.mkdir(parents=True, exist_ok=True)
    registry = pl.Enum(read_categories(folder / f"registry.{suffix}", ["ИНН"])["ИНН"].cast(pl.String).unique().sort())
    people = People(secret.encode())
    log = Log(registry, people)
    log.accepted(sorted(folder.glob(f"log_*.{suffix}"))).sink_parquet(target / "log.parquet", compression="snappy")
    pl.concat(log.rejected).write_parquet(target / "rejected.parquet")
    pl.DataFrame(
        {"person_number": people.numbers.values(), "person_key": people.numbers.keys()},
        schema_overrides={"person_number": pl.Int32},
    ).write_parquet(target / "person.parquet", compression="snappy")

    person_months(pl.scan_parquet(target / "log.parquet")).sink_parquet(
        target / "person_month.parquet", compression="snappy"
    )
    active = (
        pl.scan_parquet(target / "person_month.parquet")
        .group_by("inn", "role", "month")
        .agg(active=pl.len())
        .collect(engine="streaming")
    )
    active.write_parquet(target / "active.parquet")
    headcount = read_headcount(sorted(folder.glob(f"headcount_*.{suffix}")), registry)
    values_of_year(active, headcount).write_parquet(target / "value.parquet")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("suffix", choices=("parquet", "csv"))
    parser.add_argument("target", type=Path)
    given = parser.parse_args()
    run(given.folder, given.suffix, given.target, os.environ["VITRINA_SECRET"])


if __name__ == "__main__":
    main()
