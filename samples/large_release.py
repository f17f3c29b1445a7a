"""A region of 1,500 schools that does not exist, laid out as VITRINA_HOME with one release, to measure readers on.

`python -m samples.large_release FOLDER --like var/current`: the tables and types are those of the release named, the
figures come from samples/large_region/*.sql, the same on every run. Nothing is ingested: marts are written directly,
then published as every release is.
"""

import argparse
import sys
from pathlib import Path

import duckdb

from foundation.settings import Settings
from ingestion.store.tables import JOURNAL
from publishing.catalogue import WAREHOUSE_NAME
from publishing.manifest import Manifest
from publishing.previous import carry_previous_release
from publishing.release import new_release_id, publish

SQL = Path(__file__).parent / "large_region"
FIRST_YEAR = 2020
LEFT_EMPTY = frozenset({
    "indicator_plan.organisation_id", "indicator_plan.organisation_name", "indicator_plan.plan_numerator",
    "indicator_plan.plan_denominator", "load_journal.container_sha256",
})  # fmt: skip
"""What the sample has and the large region does without: plans of single organisations, fractions, archives."""


def make(home: Path, like: Path, schools: int = 1500, municipalities: int = 60, years: int = 6) -> Manifest:
    """Write the home with its one release; raises FileExistsError rather than touch a home that has data."""
    settings = Settings(home=home)
    if settings.build_file.exists() or settings.current.exists():
        raise FileExistsError(f"в {home} уже есть данные, укажите другую папку")
    home.mkdir(parents=True, exist_ok=True)
    release_id = new_release_id()
    values = {
        "schools": schools,
        "municipalities": municipalities,
        "years": years,
        "first_year": FIRST_YEAR,
        "last_year": FIRST_YEAR + years - 1,
        "release_id": release_id,
    }
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute(f"attach '{like.resolve() / WAREHOUSE_NAME}' as origin (read_only)")
        for name, value in values.items():
            connection.execute(f"set variable {name} = ?", [value])
        _empty_marts(connection)
        for path in sorted(SQL.glob("*.sql")):
            connection.execute(path.read_text(encoding="utf-8"))
        fill_from_origin(connection)
        _write_journal(connection)
        connection.execute("detach origin")
    carry_previous_release(settings)
    manifest = publish(settings, release_id)
    settings.build_file.unlink()
    return manifest


def _empty_marts(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema marts")
    for name in _marts_of_origin(connection):
        connection.execute(f"create table marts.{name} as from origin.marts.{name} limit 0")


def _marts_of_origin(connection: duckdb.DuckDBPyConnection) -> list[str]:
    names = connection.execute(
        "select table_name from duckdb_tables() where database_name = 'origin' and schema_name = 'marts' order by all"
    ).fetchall()
    return [name for (name,) in names]


def fill_from_origin(connection: duckdb.DuckDBPyConnection) -> None:
    """Give marts and columns that no SQL of the large region writes the values of the origin's.

    So a mart or a column that is added to the product is measured with values in it from the first day. Which value a
    row gets is said by the row: the order of rows is another every time.
    """
    for mart in _marts_of_origin(connection):
        empty = _filled(connection, f"origin.marts.{mart}") - _filled(connection, f"marts.{mart}")
        if not connection.execute(f"from marts.{mart} limit 1").fetchall():
            connection.execute(f"insert into marts.{mart} by name from origin.marts.{mart}")
            continue
        for column in sorted(empty):
            if f"{mart}.{column}" not in LEFT_EMPTY:
                values = f"list(distinct {column} order by {column}) filter ({column} is not null)"
                known = f"(select {values} from origin.marts.{mart})"
                connection.execute(
                    f"update marts.{mart} set {column} = {known}[1 + (hash({mart}) % len({known}))::bigint]"
                )


def _filled(connection: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    """Columns of a table with at least one value."""
    found = connection.execute(f"select count(columns(*)) from {table}")
    counts = dict(zip((column[0] for column in found.description), found.fetchall()[0], strict=True))
    return {name for name, count in counts.items() if count}


def _write_journal(connection: duckdb.DuckDBPyConnection) -> None:
    """The journal that publishing reads. Nothing was ingested, so that all rows read count as rows not kept."""
    connection.execute(JOURNAL)
    connection.execute("drop table journal.load; create table journal.load as from marts.load_journal")
    connection.execute(
        "insert into journal.ignored select file_sha256, null, 'blank', sum(rows_read) from journal.load group by all"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="папка, которая станет VITRINA_HOME")
    parser.add_argument("--like", type=Path, required=True, help="выпуск, чьи таблицы и типы повторить: var/current")
    parser.add_argument("--schools", type=int, default=1500)
    parser.add_argument("--municipalities", type=int, default=60)
    parser.add_argument("--years", type=int, default=6)
    given = parser.parse_args()
    manifest = make(given.folder, given.like, given.schools, given.municipalities, given.years)
    for name, mart in sorted(manifest.marts.items()):
        sys.stdout.write(f"{name:32}{mart.rows:>10}\n")


if __name__ == "__main__":
    main()
