"""What an engineer would write by hand for the log of activity alone: one script of DuckDB, lean and honest.

    python -m benchmarks.alternatives.duckdb_script FOLDER SUFFIX TARGET [--load-only]

It does the same work: every row read and judged by the same rules, people made keys by HMAC, repeats left out,
rejected rows kept with their rule, person-months and different people by school, role and month counted, set against
headcounts. It keeps no journal, no protocol and no trace, and knows one layout of two kinds. `--load-only` stops
when rows are judged and split.
"""

import hmac
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv

from benchmarks.alternatives.command import exports_parser
from benchmarks.alternatives.layout import HEADCOUNT, INN_WEIGHTS, LOG, NO_DATA, ROLES, SNILS_WEIGHTS, SYSTEMS

DATES = "['%d.%m.%Y', '%Y-%m-%d']"
MEMORY_LIMIT = "2GB"

JUDGE = f"""
create temp table judged as
select
    file,
    row_number() over (partition by file) as source_row,
    try_strptime("Дата", {DATES})::date as day,
    person.person_number,
    school.school_number,
    role.role_code,
    try_cast("Сообщений" as bigint) as messages,
    case
        when coalesce("Система", '') in {("", *NO_DATA)} then 'ignored'
        when try_strptime("Дата", {DATES}) is null then 'not_a_date'
        when try_strptime("Дата", {DATES}) > current_date then 'not_in_future'
        when try_strptime("Дата", {DATES}) < date '2010-01-01' then 'not_before_2010'
        when "СНИЛС" is null then 'not_nullable'
        when person.person_number is null then 'snils_check_digit'
        when role.role_code is null then 'role_known'
        when "Сообщений" is not null and try_cast("Сообщений" as bigint) is null then 'not_a_count'
        when try_cast("Сообщений" as bigint) < 0 then 'not_negative'
        when checked.inn is null then 'inn_check_digit'
        when school.school_number is null or "Система" not in {SYSTEMS} then 'held'
    end as rule
from source
left join person on person.written = source."СНИЛС"
left join role on role.written = source."Роль"
left join checked on checked.inn = source."ИНН"
left join school on school.inn = source."ИНН"
"""
SPLIT = """
create temp table repeated as
select file, source_row from (
    select
        file, source_row,
        row_number() over (partition by file, day, person_number, school_number order by source_row) as turn
    from judged
    semi join (
        select file, day, person_number, school_number from judged where rule is null group by all having count(*) > 1
    ) as twice using (file, day, person_number, school_number)
    where rule is null
) where turn > 1;
create table log as
select file, source_row, day, person_number, school_number, role_code, messages
from judged anti join repeated using (file, source_row) where rule is null;
create table rejected as
select file, source_row, rule from judged where rule is not null
union all select file, source_row, 'duplicate_key' from repeated;
drop table judged;
"""
COUNT = """
create table person_month as
select
    date_trunc('month', day)::date as month, school_number, role_code, person_number,
    bit_or(1::bigint << (day(day) - 1)::integer) as days, count(*) as source_rows, min(source_row) as first_row
from log group by all;
create table active as
select month, inn, role_code as role, count(*) as active
from person_month join school using (school_number) group by all;
create table value as
with last_month as (
    select inn, role, year(month) as year, active
    from active
    qualify month = max(month) over (partition by year(month))
)
select
    role || 's_active_sferum' as code, inn, year, active as numerator,
    case role when 'student' then students else teachers end as denominator
from last_month join headcount using (inn, year);
"""


def run(folder: Path, suffix: str, target: Path, secret: str, *, load_only: bool) -> None:
    """Build TARGET/alternative.duckdb; its tables `active`, `value` and `rejected` are what is compared."""
    target.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(target / "alternative.duckdb"), config={"memory_limit": MEMORY_LIMIT}) as connection:
        _read(connection, "registry_text", [folder / f"registry.{suffix}"], ("ИНН",))
        connection.execute(
            'create table school as select row_number() over ()::integer as school_number, "ИНН" as inn'
            " from registry_text"
        )
        connection.execute("create table role (written text, role_code text)")
        connection.executemany("insert into role values (?, ?)", list(ROLES.items()))
        _read(connection, "source", sorted(folder.glob(f"log_*.{suffix}")), LOG)
        _number_people(connection, secret)
        _check_codes(connection)
        connection.execute(JUDGE)
        connection.execute(SPLIT)
        if not load_only:
            _read_headcount(connection, sorted(folder.glob(f"headcount_*.{suffix}")))
            connection.execute(COUNT)


def _read(connection: duckdb.DuckDBPyConnection, name: str, files: Sequence[Path], columns: Sequence[str]) -> None:
    """A view of Parquet files, a table of Windows-1251 CSV, which DuckDB does not read: `file` and the columns."""
    listed = ", ".join(f'"{column}"' for column in columns)
    if files[0].suffix == ".parquet":
        paths = ", ".join(f"'{path}'" for path in files)
        connection.execute(
            f"create view {name} as select parse_filename(filename, true) as file, {listed}"
            f" from read_parquet([{paths}], filename = true)"
        )
        return
    typed = ", ".join(f'"{column}" text' for column in columns)
    connection.execute(f"create temp table {name} (file text, {typed})")
    for path in files:
        reader = pa.RecordBatchReader.from_batches(
            pa.schema([(column, pa.string()) for column in columns]), _batches(path, columns)
        )
        connection.register("reader", reader)
        connection.execute(f"insert into {name} select '{path.stem}', * from reader")
        connection.unregister("reader")


def _batches(path: Path, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    yield from pa.csv.open_csv(
        path,
        read_options=pa.csv.ReadOptions(encoding="cp1251", block_size=1 << 24),
        parse_options=pa.csv.ParseOptions(delimiter=";"),
        convert_options=pa.csv.ConvertOptions(
            include_columns=list(columns),
            column_types={column: pa.string() for column in columns},
            strings_can_be_null=True,
        ),
    )


def _number_people(connection: duckdb.DuckDBPyConnection, secret: str) -> None:
    written = connection.execute('select distinct "СНИЛС" from source where "СНИЛС" is not null').fetchall()
    key = secret.encode()
    keys = {}
    for (text,) in written:
        digits = text.replace("-", "").replace(" ", "")
        if len(digits) == 11 and sum(map(int.__mul__, map(int, digits[:9]), SNILS_WEIGHTS)) % 101 % 100 == int(
            digits[9:]
        ):
            keys[text] = hmac.digest(key, digits.encode(), "sha256").hex()
    connection.register("keyed", pa.table({"written": list(keys), "person_key": list(keys.values())}))
    connection.execute(
        "create table person as select dense_rank() over (order by person_key)::integer as person_number, written,"
        " person_key from keyed"
    )
    connection.unregister("keyed")


def _check_codes(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute('select distinct "ИНН" from source where "ИНН" is not null').fetchall()
    good = [
        inn
        for (inn,) in found
        if len(inn) == 10
        and inn.isdigit()
        and sum(map(int.__mul__, map(int, inn[:9]), INN_WEIGHTS)) % 11 % 10 == int(inn[9])
    ]
    connection.execute("create temp table checked as select unnest(?) as inn", [good])


def _read_headcount(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> None:
    _read(connection, "headcount_text", files, HEADCOUNT)
    connection.execute(
        'create table headcount as select "ИНН" as inn, year(try_strptime("Дата", \'%d.%m.%Y\')) as year,'
        ' try_cast("Обучающихся" as bigint) as students, try_cast("Педагогических работников" as bigint) as teachers'
        ' from headcount_text semi join school on school.inn = headcount_text."ИНН"'
        " where year between 2010 and year(current_date) and students >= 0 and teachers >= 0"
        " qualify row_number() over (partition by inn, year) = 1"
    )


def main() -> None:
    parser = exports_parser(__doc__)
    parser.add_argument("--load-only", action="store_true")
    given = parser.parse_args()
    run(given.folder, given.suffix, given.target, os.environ["VITRINA_SECRET"], load_only=given.load_only)


if __name__ == "__main__":
    main()
