"""The gate before a release: every check that blocks publishing, in one list, in the order in which they are made.

Independent of dbt's tests (which block too, before the gate is reached), in plain SQL over the build: dbt tests can be
deselected, renamed or silently match nothing, and what must never be published wrong is checked twice.
"""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from foundation.settings import Settings
from publishing.conservation import CONSERVATION_TITLE, conservation, tables_of
from publishing.consistency import previous_release_is_current, sums_of_rows, vintages_of_the_present
from publishing.errors import GateError
from publishing.fingerprints import mart_changed_behind

REQUIRED_MARTS = (
    "indicator_by_organisation",
    "indicator_by_territory",
    "platform_month",
    "training_by_organisation",
    "equipment_by_organisation",
    "connectivity_by_organisation",
    "laggard",
    "submission_status",
    "submission_due",
    "release_summary",
    "load_journal",
    "reject_journal",
    "indicator_plan",
    "indicator_passport",
    "indicator_series_change",
    "indicator_vintage",
    "indicator_change",
    "indicator_lineage",
    "dim_organisation",
    "dim_territory",
    "dim_system",
)


FirstCause = Callable[[duckdb.DuckDBPyConnection, Settings], str | None]


@dataclass(frozen=True)
class BlockingCheck:
    """What must hold of a build; `first_cause` finds the first thing wrong, as it follows «не пройдена», or None."""

    title: str
    first_cause: FirstCause


def check_build(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Raise GateError with the first cause when the build must not be published."""
    for check in BLOCKING_CHECKS:
        if cause := check.first_cause(connection, settings):
            raise GateError(f"проверка «{check.title}» не пройдена{cause}")


def _said(find: Callable[[duckdb.DuckDBPyConnection], str | None]) -> FirstCause:
    """A check that looks at the build alone and says what it found."""

    def first_cause(connection: duckdb.DuckDBPyConnection, _: Settings) -> str | None:
        found = find(connection)
        return f": {found}" if found else None

    return first_cause


def _missing_mart(connection: duckdb.DuckDBPyConnection) -> str | None:
    standing = tables_of(connection)
    missing = [mart for mart in REQUIRED_MARTS if ("marts", mart) not in standing]
    return f"в сборке нет витрины {missing[0]}" if missing else None


def _unbalanced_file(connection: duckdb.DuckDBPyConnection, _: Settings) -> str | None:
    broken = conservation(connection)
    return f" {broken[0].where()}" if broken else None


def _file_missing_from_mart(connection: duckdb.DuckDBPyConnection) -> str | None:
    if ("journal", "load") not in tables_of(connection):
        return None
    row = connection.execute(
        "select original_name from journal.load as loaded where outcome = 'loaded' and not exists ("
        "select 1 from marts.load_journal as told"
        " where told.file_sha256 = loaded.file_sha256 and told.kind = loaded.kind"
        ") order by load_sequence limit 1"
    ).fetchone()
    return f"файл {row[0]} принят, но в витрине load_journal его нет" if row else None


def _other_previous_release(connection: duckdb.DuckDBPyConnection, settings: Settings) -> str | None:
    found = previous_release_is_current(connection, settings)
    return f": {found}" if found else None


def _other_than_built(connection: duckdb.DuckDBPyConnection) -> str | None:
    mart = mart_changed_behind(connection)
    return f"в витрине {mart} не то, что построено; пересчитать всё: vitrina refresh --full" if mart else None


BLOCKING_CHECKS = (
    BlockingCheck("обещанные витрины на месте", _said(_missing_mart)),
    BlockingCheck("витрины те, что построены", _said(_other_than_built)),
    BlockingCheck(CONSERVATION_TITLE, _unbalanced_file),
    BlockingCheck("каждый принятый файл в журнале", _said(_file_missing_from_mart)),
    BlockingCheck("число равно сумме своих строк", _said(sums_of_rows)),
    BlockingCheck("действующие версии равны публикуемым значениям", _said(vintages_of_the_present)),
    BlockingCheck("сравнение сделано с действующим выпуском", _other_previous_release),
)
