"""Whatever ingestion accepts can be published: random files of every kind, loaded in two nights by the real command."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from any_file import BY_PARSE, every_layout, write_files

from foundation.settings import Settings
from ingestion.check import check_file
from schemas.kinds import KINDS

pytestmark = pytest.mark.slow
Run = Callable[..., subprocess.CompletedProcess[str]]
SEED = 20241201
FILES = 130, 44
"""Of each night: every layout several times."""


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory, vitrina: Run) -> tuple[Path, list[dict[str, object]]]:
    """A home after both nights, and what the refreshes said of each file."""
    home = tmp_path_factory.mktemp("any") / "home"
    vitrina(home, "init")
    reports: list[dict[str, object]] = []
    for number, files in enumerate(FILES):
        folder = tmp_path_factory.mktemp(f"night{number}")
        vitrina(home, "add", *map(str, write_files(folder, Random(SEED + number), files)))
        done = vitrina(home, "refresh", "--json", check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        reports += json.loads(done.stdout)["files"]
    return home, reports


def test_every_kind_has_accepted_and_held_rows(nights: tuple[Path, list[dict[str, object]]]) -> None:
    """Guards against a generator whose files are all refused, and so against a test that shows nothing."""
    loaded = [report for report in nights[1] if report["outcome"] == "loaded"]
    assert {layout.kind for layout in every_layout()} == set(KINDS)
    accepted = {report["kind"] for report in loaded if report["rows_accepted"]}
    assert accepted == set(KINDS)
    assert {report["kind"] for report in loaded if report["rows_held"]} >= {
        kind.code for kind in KINDS.values() if kind.organisation in {"place", "required"}
    }


def test_every_way_of_reading_has_values() -> None:
    """Guards against columns that get days where they want something else, so that every row is rejected."""
    parses = {column.metadata["parse"] for kind in KINDS.values() for column in kind.model.columns.values()}
    days = {"date", "date_or_year", "start_or_year", "snapshot_date", "period_start", "period_end", "due_date"}
    assert parses - set(BY_PARSE) - days <= {"derived", "due_day_of_month", "kpp", "ogrn"}


def test_both_nights_are_published(nights: tuple[Path, list[dict[str, object]]], vitrina: Run) -> None:
    """Guards against rows that are let through and then fail a test of the marts: no release that night nor later."""
    assert len(list((nights[0] / "releases").iterdir())) == len(FILES)
    marts = json.loads(vitrina(nights[0], "query", "select count(*) as rows from funding_by_organisation",
                               "--format", "json").stdout)  # fmt: skip
    assert marts[0]["rows"] > 0


def test_check_gives_every_file_a_verdict(nights: tuple[Path, list[dict[str, object]]], tmp_path: Path) -> None:
    """Guards against a file for which `check` has no answer: what it counts is every row it read."""
    settings = Settings(home=nights[0])
    for path in write_files(tmp_path, Random(SEED + len(FILES)), len(every_layout())):
        for report in check_file(settings, path, {}):
            assert report.outcome == "checked", report.refusal
            counted = report.rows_accepted + report.rows_rejected + report.rows_held + report.rows_ignored
            assert counted == report.rows_read, report
