"""Files of a large region, made small: every row and every indicator is what was known before they were written."""

import json
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from foundation.settings import Settings
from ingestion.pipeline import LOAD_ORDER, load_kind, receive, settle_held
from ingestion.receive.landing import add_files
from ingestion.store.tables import build_connection
from samples.large_exports import FORMATS, LOG, NOT_REJECTED, Region, generated, kinds_of, make

pytestmark = pytest.mark.slow
ROLES = {"обучающийся": "student", "педагог": "teacher"}
REGION = Region(0.008, date(2023, 12, 20), 72, dirt_every=2)
Exports = tuple[Path, dict[str, Any]]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    folder = tmp_path_factory.mktemp("exports")
    return folder, make(folder, REGION, FORMATS)


def files_of(exports: Exports, suffix: str) -> list[Path]:
    """The registry first: whom no registry names is held until it arrives."""
    folder, _ = exports
    return sorted(folder.glob(f"*.{suffix}"), key=lambda path: (path.stem != "registry", path.name))


def known(answer: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {
        file["file"]: (
            file["kind"], file["rows_read"], file["rows_accepted"], file["rows_held"], file["rows_ignored"],
            file["rejected"],
        )
        for file in answer["files"]
    }  # fmt: skip


def became(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[Any, ...]]:
    """What the journal says of every file; warnings reject nothing."""
    rejected: dict[str, dict[str, int]] = {}
    for name, rule, rows in connection.execute(
        "select original_name, rule, count(*) from journal.reject join journal.load using (file_sha256)"
        " where severity = 'error' group by all order by all"
    ).fetchall():
        rejected.setdefault(name, {})[rule] = rows
    files = connection.execute(
        "select original_name, kind, rows_read, rows_accepted, rows_held, rows_ignored from journal.load"
        " where outcome = 'loaded'"
    ).fetchall()
    return {name.rpartition(".")[0]: (*counts, rejected.get(name, {})) for name, *counts in files}


def test_the_same_files_every_time(exports: Exports, tmp_path: Path) -> None:
    """Guards against a comparison of two runs that compares two regions."""
    assert make(tmp_path, REGION, ("csv",)) == exports[1]
    for path in tmp_path.glob("*.csv"):
        assert path.read_bytes() == (exports[0] / path.name).read_bytes(), path.name


def test_every_sort_of_dirt_is_there(exports: Exports) -> None:
    """Guards against an answer that agrees because nothing was asked."""
    with generated(REGION) as connection:
        sorts = {
            dirt
            for kind in kinds_of(connection)
            for (dirt,) in connection.execute(
                f"select distinct dirt from export.{kind} where dirt is not null"
            ).fetchall()
        }
    assert Counter(dirt.partition("_")[0] if dirt.startswith(NOT_REJECTED) else "rejected" for dirt in sorts) == {
        "rejected": 16,
        "held": 2,
        "ignored": 3,
        "spelt": 6,
    }, sorts
    assert {file["kind"] for file in exports[1]["files"] if file["rows_held"]} >= {
        LOG,
        "staff",
        "platform_registration",
    }
    assert len(exports[1]["values"]) > 100


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_row_becomes_what_was_known(exports: Exports, settings: Settings, suffix: str) -> None:
    """Guards against a row lost, taken or refused wrongly, on the way of large files or of others."""
    add_files(settings, files_of(exports, suffix), {})
    receive(settings)
    for kind in LOAD_ORDER:
        load_kind(settings, kind)
    settle_held(settings)
    with build_connection(settings) as connection:
        assert became(connection) == known(exports[1])
        active = connection.execute(
            "select organisation_id, role_code, date_trunc('month', activity_date)::date::text,"
            f" count(distinct person_key) from raw.{LOG} group by all order by all"
        ).fetchall()
    assert active == sorted((inn, ROLES[role], month, people) for inn, role, month, people in exports[1]["active"])


def test_every_indicator_is_what_was_known(exports: Exports, tmp_path: Path, vitrina: Run) -> None:
    """Guards against a figure that is wrong in a large region alone, where nobody would count after us."""
    home, answer = tmp_path / "home", exports[1]
    vitrina(home, "init")
    vitrina(home, "add", *map(str, files_of(exports, "parquet")))
    vitrina(home, "refresh")
    found = json.loads(vitrina(home, "query", "--format", "json",
        "select indicator_code, organisation_id, year, cast(numerator as bigint) as numerator,"
        " cast(denominator as bigint) as denominator from marts.indicator_by_organisation where value is not null"
    ).stdout)  # fmt: skip
    values = {tuple(row.values())[:3]: tuple(row.values())[3:] for row in found}
    assert {key: values.get(key) for key in (tuple(row[:3]) for row in answer["values"])} == {
        tuple(row[:3]): tuple(row[3:]) for row in answer["values"]
    }
