"""What an engineer would write by hand in Polars for the log of activity alone: one script, lean and honest.

    python -m benchmarks.alternatives.polars_streaming FOLDER SUFFIX TARGET

It does the same work: every row read and judged by the same rules, people made keys by HMAC, repeats left out,
rejected rows counted by file and rule, accepted ones written, person-months and different people by school, role and
month counted, set against headcounts. It keeps no journal, no protocol and no trace, and knows one layout of two kinds.

All columns are texts that repeat, so they are read as categories: a distinct text is judged once, and a row is judged
by looking up the codes of its texts. Files pass one at a time through the streaming engine into one Parquet file.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from benchmarks.alternatives.command import exports_parser
from benchmarks.alternatives.layout import HEADCOUNT, LOG, RULES
from benchmarks.alternatives.polars_rules import (
    EARLIEST,
    GOOD,
    ROLE,
    Column,
    People,
    as_day,
    judge_count,
    judge_day,
    judge_inn,
    judge_role,
    judge_system,
    today,
)

DENOMINATORS = {"student": "Обучающихся", "teacher": "Педагогических работников"}
BLOCK_BYTES = 1 << 24
DAYS_LIMIT = 1 << 17
"""More than the days from 1970 to any date of four digits that is not in the future."""


class Log:
    """The rows of log files judged in turn; `rejected` is complete when the last accepted row was taken."""

    def __init__(self, registry: pl.Enum, people: People) -> None:
        self.registry = registry
        self.rejected: list[pl.DataFrame] = []
        # Polars forgets the codes of texts when the last column that has them is gone.
        self._keeps_codes = pl.Series([], dtype=pl.Categorical)
        self._columns = {
            "Система": Column(judge_system, pl.UInt8, RULES.index("ignored")),
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
    import pyarrow.csv  # noqa: PLC0415 - a run on Parquet does not pay for it

    with path.open("rb") as stream:
        header = stream.readline().decode("cp1251").rstrip("\r\n").replace('"', "").split(";")
    table = pyarrow.csv.read_csv(
        path,
        read_options=pyarrow.csv.ReadOptions(column_names=header, skip_rows=1, block_size=BLOCK_BYTES),
        parse_options=pyarrow.csv.ParseOptions(delimiter=";"),
        convert_options=pyarrow.csv.ConvertOptions(
            check_utf8=False,
            include_columns=columns,
            column_types={name: pyarrow.dictionary(pyarrow.int32(), pyarrow.binary()) for name in columns},
            null_values=[""],
            strings_can_be_null=True,
        ),
    )

    def decoded(written: pyarrow.Array) -> pyarrow.Array:
        texts = written.dictionary
        is_ascii = bytes(texts.buffers()[2]).isascii()
        texts = (
            texts.cast(pyarrow.string())
            if is_ascii
            else pyarrow.array([one.decode("cp1251") for one in texts.to_pylist()])
        )
        return pyarrow.DictionaryArray.from_arrays(written.indices, texts)

    return pl.DataFrame({name: pyarrow.chunked_array([decoded(one) for one in table[name].chunks]) for name in columns})


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
    given = exports_parser(__doc__).parse_args()
    run(given.folder, given.suffix, given.target, os.environ["VITRINA_SECRET"])


if __name__ == "__main__":
    main()
