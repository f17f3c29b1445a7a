# mypy: ignore-errors
"""What an engineer would write by hand in pandas for the log of activity alone: one script, lean and honest.

    python -m benchmarks.alternatives.pandas_script FOLDER SUFFIX TARGET

It does the same work: every row read and judged by the same rules, people made keys by HMAC, repeats left out,
rejected rows counted by file and rule, accepted ones written, person-months and different people by school, role and
month counted, set against headcounts. It keeps no journal, no protocol and no trace, and knows one layout of two kinds.

It runs in an environment of its own, with pandas and pyarrow. All columns are texts that repeat, so they are read as
categories: a distinct text is judged once in a file, and rows take its verdict by the code of the category.
"""

import hmac
import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.alternatives.command import exports_parser
from benchmarks.alternatives.layout import (
    HEADCOUNT,
    INN_WEIGHTS,
    LOG,
    NO_DATA,
    ROLES,
    RULES,
    SNILS_WEIGHTS,
    SYSTEMS,
)

ROLE_CODES = list(dict.fromkeys(ROLES.values()))
DENOMINATORS = {"Обучающихся": "student", "Педагогических работников": "teacher"}
EARLIEST = pd.Timestamp(2010, 1, 1)
DAYS_LIMIT = 1 << 17
"""More than the days from 1970 to any date of four digits that is not in the future."""

# Each rule is about one column: the first that a row breaks is the least of its texts'.
RULE = {rule: number for number, rule in enumerate(RULES)}
GOOD = len(RULES)

PERSON_MONTH = ["month", "inn", "role", "person_number"]
TEXT_CODE = pa.dictionary(pa.int32(), pa.string())
LOG_SCHEMA = pa.schema(
    {
        "source_row": pa.int32(),
        "day": pa.date32(),
        "person_number": pa.int32(),
        "inn": TEXT_CODE,
        "role": TEXT_CODE,
        "messages": pa.int64(),
    }
)
PERSON_MONTH_SCHEMA = pa.schema(
    {
        "month": pa.date32(),
        "inn": TEXT_CODE,
        "role": TEXT_CODE,
        "person_number": pa.int32(),
        "days": pa.int64(),
        "source_rows": pa.int64(),
    }
)
Judge = Callable[[pd.Series], pd.DataFrame]
"""Distinct texts, the last of them absent, to what they mean and `rule`: the first that is broken, or GOOD."""


@dataclass
class People:
    """Numbers of people by their keys; a key does not depend on how the СНИЛС was written."""

    secret: bytes
    numbers: dict[str, int] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)
    """Numbers by what was met in files, 0 when it is no СНИЛС."""

    def judge(self, texts: pd.Series) -> pd.DataFrame:
        """A СНИЛС: eleven digits however divided, the last two of them the check number of the others."""
        is_absent = texts.isna() | (texts == "")
        number = np.array([self._number(text) for text in texts.where(~is_absent, "").tolist()], dtype="int32")
        rule = np.select([is_absent, number == 0], [RULE["not_nullable"], RULE["snils_check_digit"]], GOOD)
        return pd.DataFrame({"person_number": number, "rule": rule})

    def _number(self, text: str) -> int:
        if (number := self.written.get(text)) is None:
            digits = text.replace("-", "").replace(" ", "")
            number = self.written[text] = self._number_of_key(digits) if is_snils(digits) else 0
        return number

    def _number_of_key(self, digits: str) -> int:
        key = hmac.digest(self.secret, digits.encode(), "sha256").hex()
        return self.numbers.setdefault(key, len(self.numbers) + 1)


def is_snils(text: str) -> bool:
    """Whether a text is eleven digits with the check number right."""
    return is_digits(text, 11) and control(text, SNILS_WEIGHTS) % 101 % 100 == int(text[9:])


def is_inn(text: str) -> bool:
    """Whether a text is the ИНН of an organisation with the check digit right."""
    return is_digits(text, 10) and control(text, INN_WEIGHTS) % 11 % 10 == int(text[9])


def is_digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def control(text: str, weights: tuple[int, ...]) -> int:
    return sum(map(int.__mul__, map(int, text[: len(weights)]), weights))


def as_day(texts: pd.Series) -> pd.Series:
    """Real dates dd.mm.yyyy or yyyy-mm-dd, the others absent."""
    day = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[s]")
    for shape, written in ((r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}", "%d.%m.%Y"), (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "%Y-%m-%d")):
        is_shaped = texts.str.fullmatch(shape).fillna(value=False).astype(bool)
        day = day.fillna(pd.to_datetime(texts.where(is_shaped), format=written, errors="coerce"))
    return day


def as_count(texts: pd.Series) -> pd.Series:
    """Whole numbers, the others absent."""
    is_whole = texts.str.fullmatch("[+-]?[0-9]{1,18}").fillna(value=False).astype(bool)
    return texts.where(is_whole).astype("Int64")


def judge_day(texts: pd.Series) -> pd.DataFrame:
    """A real date from 2010 to today; with its month and its bit in the days of a month."""
    day = as_day(texts)
    rule = np.select(
        [day.isna(), day > pd.Timestamp.today(), day < EARLIEST],
        [RULE["not_a_date"], RULE["not_in_future"], RULE["not_before_2010"]],
        GOOD,
    )
    bit = np.left_shift(1, day.dt.day.fillna(1).astype("int64") - 1)
    return pd.DataFrame({"day": day, "month": day.dt.to_period("M").dt.to_timestamp(), "bit": bit, "rule": rule})


def judge_count(texts: pd.Series) -> pd.DataFrame:
    """A whole number that is not negative; it may be absent."""
    count = as_count(texts)
    is_written = texts.notna() & (texts != "")
    is_negative = (count < 0).fillna(value=False).astype(bool)
    rule = np.select([is_written & count.isna(), is_negative], [RULE["not_a_count"], RULE["not_negative"]], GOOD)
    return pd.DataFrame({"messages": count, "rule": rule})


def judge_role(texts: pd.Series) -> pd.DataFrame:
    """A role that is known, by its place among the roles."""
    role = pd.Index(ROLE_CODES).get_indexer(texts.map(ROLES))
    return pd.DataFrame({"role": role.astype("int8"), "rule": np.where(role < 0, RULE["role_known"], GOOD)})


def judge_system(texts: pd.Series) -> pd.DataFrame:
    """The system that is known; in a row that is no data, something else or nothing."""
    is_no_data = texts.isna() | texts.isin(["", *NO_DATA])
    return pd.DataFrame({"rule": np.select([texts.isin(SYSTEMS), is_no_data], [GOOD, RULE["ignored"]], RULE["held"])})


def judge_inn(texts: pd.Series, registry: pd.Index) -> pd.DataFrame:
    """An ИНН with its check digit right, of an organisation in the registry, by its place there."""
    is_right = np.array([is_inn(text) for text in texts.fillna("")])
    inn = registry.get_indexer(texts)
    rule = np.select([~is_right, inn < 0], [RULE["inn_check_digit"], RULE["held"]], GOOD)
    return pd.DataFrame({"inn": inn.astype("int32"), "rule": rule})


class Log:
    """The rows of log files judged in turn, with what is counted of them."""

    def __init__(self, registry: pd.Index, people: People) -> None:
        self.registry = registry
        self.rejected: list[pd.DataFrame] = []
        self._judges: dict[str, Judge] = {
            "Система": judge_system,
            "Дата": judge_day,
            "СНИЛС": people.judge,
            "ИНН": lambda texts: judge_inn(texts, registry),
            "Роль": judge_role,
            "Сообщений": judge_count,
        }
        # A month is counted when all files were read: any of them may hold its days.
        self._months: dict[pd.Timestamp, list[pd.DataFrame]] = defaultdict(list)

    def load(self, files: Iterable[Path], target: Path) -> None:
        """Write the accepted rows of the files."""
        with pq.ParquetWriter(target, LOG_SCHEMA) as writer:
            for path in files:
                rows = self._accepted(path)
                writer.write_table(self._as_table(rows, LOG_SCHEMA))
                for month, part in person_months(rows).groupby("month", sort=False):
                    self._months[month].append(part)

    def count(self, target: Path) -> pd.DataFrame:
        """Write the person-months; returns different people by ИНН, role and month."""
        active = []
        with pq.ParquetWriter(target, PERSON_MONTH_SCHEMA) as writer:
            for month in sorted(self._months):
                whole = joined(self._months.pop(month))
                writer.write_table(self._as_table(whole, PERSON_MONTH_SCHEMA))
                active.append(whole.groupby(["inn", "role", "month"]).size().reset_index(name="active"))
        return self._named(pd.concat(active, ignore_index=True))

    def _accepted(self, path: Path) -> pd.DataFrame:
        rows = self._judged(read_categories(path, LOG))
        rule = rows.pop("rule")
        good = rows[rule == GOOD]
        is_repeat = self._key(good).duplicated()
        counts = rule[rule != GOOD].value_counts()
        counts[RULE["duplicate_key"]] = is_repeat.sum()
        counts = counts[counts > 0]
        self.rejected.append(
            pd.DataFrame({"file": path.stem, "rule": [RULES[number] for number in counts.index], "rows": counts.array})
        )
        return good[~is_repeat]

    def _judged(self, written: pd.DataFrame) -> pd.DataFrame:
        """What every row means, and `rule`."""
        meant = {"source_row": np.arange(1, len(written) + 1, dtype="int32")}
        rule = np.full(len(written), GOOD, dtype="uint8")
        for name, judge in self._judges.items():
            column = written[name].cat
            # The code of an absent text is -1, so its verdict stands last.
            texts = column.categories.to_series(index=range(len(column.categories))).astype("str")
            verdict = judge(texts.reindex(range(len(texts) + 1)))
            codes = column.codes.to_numpy()
            np.minimum(rule, verdict.pop("rule").to_numpy(dtype="uint8").take(codes, mode="wrap"), out=rule)
            meant |= {value: verdict[value].array.take(codes) for value in verdict}
        return pd.DataFrame({**meant, "rule": rule}, copy=False)

    def _key(self, rows: pd.DataFrame) -> pd.Series:
        """Day, person and ИНН in one number: quicker to compare than three columns."""
        day = rows["day"].astype("datetime64[s]").astype("int64") // 86_400
        return (rows["person_number"].astype("int64") * len(self.registry) + rows["inn"]) * DAYS_LIMIT + day

    def _named(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Places of ИНН and roles made texts again."""
        return rows.assign(
            inn=pd.Categorical.from_codes(rows["inn"], self.registry),
            role=pd.Categorical.from_codes(rows["role"], ROLE_CODES),
        )

    def _as_table(self, rows: pd.DataFrame, schema: pa.Schema) -> pa.Table:
        return pa.Table.from_pandas(self._named(rows)[schema.names], schema=schema, preserve_index=False)


def person_months(rows: pd.DataFrame) -> pd.DataFrame:
    """A row for a person, role and ИНН in a month of one file."""
    # A sum of the bits is their union: in a file no day of a person at an ИНН is accepted twice.
    return rows.groupby(PERSON_MONTH, sort=False, as_index=False).agg(days=("bit", "sum"), source_rows=("bit", "size"))


def joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """One month of several files."""
    rows = pd.concat(parts, ignore_index=True)
    if len(parts) == 1:
        return rows
    is_shared = rows.duplicated(PERSON_MONTH, keep=False)
    shared = rows[is_shared].groupby(PERSON_MONTH, sort=False, as_index=False)
    whole = shared.agg(days=("days", np.bitwise_or.reduce), source_rows=("source_rows", "sum"))
    return pd.concat([rows[~is_shared], whole], ignore_index=True)


def read_categories(path: Path, columns: list[str]) -> pd.DataFrame:
    """The columns of a file, each text as a category."""
    if path.suffix == ".parquet":
        return pd.read_parquet(path, columns=columns, read_dictionary=columns)
    # Read as categories at once, codes that look like numbers would become numbers.
    texts = pd.read_csv(
        path,
        sep=";",
        encoding="cp1251",
        usecols=columns,
        dtype="str",
        keep_default_na=False,
        na_values=[""],
        engine="pyarrow",
    )
    return texts.astype("category")


def read_headcount(paths: Iterable[Path], registry: pd.Index) -> pd.DataFrame:
    """Good rows of the headcounts: `inn`, `year`, `role` and `denominator`."""
    texts = pd.concat([read_categories(path, HEADCOUNT).astype("str") for path in paths], ignore_index=True)
    rows = pd.DataFrame({"inn": texts["ИНН"], "day": as_day(texts["Дата"])})
    rows = rows.assign(**{role: as_count(texts[name]) for name, role in DENOMINATORS.items()})
    is_good = rows["inn"].isin(registry) & rows["day"].between(EARLIEST, pd.Timestamp.today())
    for role in DENOMINATORS.values():
        is_good &= (rows[role] >= 0).fillna(value=False)
    rows = rows[is_good].drop_duplicates(["day", "inn"])
    rows["year"] = rows["day"].dt.year
    # An indicator of a year is set against the latest headcount of that year.
    rows = rows.sort_values("day", kind="stable").drop_duplicates(["inn", "year"], keep="last")
    return rows.melt(["inn", "year"], list(DENOMINATORS.values()), var_name="role", value_name="denominator")


def values_of_year(active: pd.DataFrame, headcount: pd.DataFrame) -> pd.DataFrame:
    """The active of the last month of each year against the headcount of that year."""
    rows = active.assign(
        year=active["month"].dt.year, inn=active["inn"].astype("str"), role=active["role"].astype("str")
    )
    rows = rows[rows["month"] == rows.groupby("year")["month"].transform("max")]
    rows = rows.merge(headcount, on=["inn", "year", "role"]).rename(columns={"active": "numerator"})
    return rows.assign(code=rows["role"] + "s_active_sferum")[["code", "inn", "year", "numerator", "denominator"]]


def run(folder: Path, suffix: str, target: Path, secret: str) -> None:
    """Write the Parquet files of TARGET from the exports of FOLDER."""
    target.mkdir(parents=True, exist_ok=True)
    registry = pd.Index(read_categories(folder / f"registry.{suffix}", ["ИНН"])["ИНН"].cat.categories, dtype="str")
    people = People(secret.encode())
    log = Log(registry, people)
    log.load(sorted(folder.glob(f"log_*.{suffix}")), target / "log.parquet")
    pd.concat(log.rejected, ignore_index=True).to_parquet(target / "rejected.parquet", index=False)
    person = pd.DataFrame({"person_number": people.numbers.values(), "person_key": people.numbers.keys()})
    person.to_parquet(target / "person.parquet", index=False)

    active = log.count(target / "person_month.parquet")
    active.assign(month=active["month"].dt.date).to_parquet(target / "active.parquet", index=False)
    headcount = read_headcount(sorted(folder.glob(f"headcount_*.{suffix}")), registry)
    values_of_year(active, headcount).to_parquet(target / "value.parquet", index=False)


def main() -> None:
    given = exports_parser(__doc__).parse_args()
    run(given.folder, given.suffix, given.target, os.environ["VITRINA_SECRET"])


if __name__ == "__main__":
    main()
