"""Files of a large region, made small: what becomes of every row is what was known before they were written."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingestion.landing import add_files
from ingestion.refresh import LOAD_ORDER, load_kind, receive, settle_held
from ingestion.store import build_connection
from samples.large_exports import make
from schemas.settings import Settings

pytestmark = pytest.mark.slow
ROLES = {"обучающийся": "student", "педагог": "teacher"}


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("exports")
    return folder, make(folder, 0.003, date(2024, 1, 20), 45, ("parquet", "csv"))


def test_the_same_files_every_time(exports: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """Guards against a comparison of two runs that compares two regions."""
    again = make(tmp_path, 0.003, date(2024, 1, 20), 45, ("csv",))
    assert again == exports[1]
    for path in tmp_path.glob("*.csv"):
        assert path.read_bytes() == (exports[0] / path.name).read_bytes(), path.name


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_every_row_becomes_what_was_known(
    exports: tuple[Path, dict[str, Any]], settings: Settings, suffix: str
) -> None:
    """Guards against a row lost, taken or refused wrongly on the way of large files."""
    folder, answer = exports
    add_files(settings, [folder / "registry.csv", *sorted(folder.glob(f"log_*.{suffix}"))], {})
    reports = receive(settings)
    for kind in LOAD_ORDER:
        reports += load_kind(settings, kind)
    settle_held(settings)
    by_name = {report.original_name: report for report in reports}
    with build_connection(settings) as connection:
        rules = connection.execute(
            "select original_name, rule, count(*) from journal.reject join journal.load using (file_sha256)"
            " group by all"
        ).fetchall()
        active = connection.execute(
            "select organisation_id, role_code, date_trunc('month', activity_date)::date, count(distinct person_key)"
            " from raw.platform_activity_person group by all order by all"
        ).fetchall()
    assert len(answer["files"]) == 3
    for file in answer["files"]:
        name = f"log_{file['month']:%Y-%m}.{suffix}"
        report = by_name[name]
        assert (report.rows_read, report.rows_accepted, report.rows_held) == (
            file["rows_read"], file["rows_accepted"], file["rows_held"]
        )  # fmt: skip
        assert {rule: count for found, rule, count in rules if found == name} == file["rejected"]
    seen = Counter(rule for file in answer["files"] for rule in file["rejected"])
    assert len(seen) == 10, "every sort of dirt must be there"
    assert active == sorted((inn, ROLES[role], month, people) for inn, role, month, people in answer["active"])
