"""Which new files a failed build leads to, told from what dbt writes of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings
from ingestion.read import Member
from ingestion.store.archive import archived
from ingestion.store.receipts import Receipt, now
from ingestion.store.since import note_receipt
from ingestion.store.tables import build_connection, prepare_build
from orchestration.dbt.project import build_folder
from orchestration.suspects import suspects

MODEL, TEST = "model.vitrina.stg_connectivity", "test.vitrina.speed"
PARENTS = {
    TEST: [MODEL],
    MODEL: ["source.vitrina.raw.connectivity"],
    "model.vitrina.other": ["source.vitrina.raw.staff"],
}
FILES = {"a": ("connectivity", "5720010403"), "b": ("connectivity", "3305900019"), "c": ("headcount", "3305900019")}


@pytest.fixture
def home(settings: Settings) -> Settings:
    """A home with a copy of its build, and three files that came since, of two schools."""
    settings.checkpoint.mkdir(parents=True)
    prepare_build(settings)
    with build_connection(settings) as connection:
        for sha256, (kind, organisation_id) in FILES.items():
            member = Member(f"{sha256}.csv", sha256, 1, None, None, archived(settings, sha256))
            note_receipt(settings, Receipt(member, now()))
            connection.execute(
                "insert into journal.load (file_sha256, kind, original_name, outcome, rows_read, rows_accepted,"
                " rows_rejected, rows_held, rows_ignored, load_sequence)"
                " values (?, ?, ?, 'loaded', 1, 1, 0, 0, 0, nextval('journal.load_number'))",
                [sha256, kind, member.name],
            )
            connection.execute(
                f"insert into raw.{kind} (file_sha256, organisation_id, row_id, sheet, source_row)"
                " values (?, ?, ?, 's', 2)",
                [sha256, organisation_id, f"row of {sha256}"],
            )
    return settings


def failed(settings: Settings, *results: dict[str, Any]) -> None:
    target = build_folder(settings)
    target.mkdir(parents=True)
    (target / "run_results.json").write_text(json.dumps({"results": results}), encoding="utf-8")
    (target.parent / "manifest.json").write_text(json.dumps({"parent_map": PARENTS}), encoding="utf-8")


def broken(sql: str) -> dict[str, Any]:
    return {"status": "fail", "unique_id": TEST, "compiled_code": sql}


def names(settings: Settings) -> list[str]:
    return [file.name for file in suspects(settings)]


def test_rows_lead_to_the_file_that_speaks_of_the_same(home: Settings) -> None:
    """Guards against good files of the same kind, and other kinds of the same school, set aside with the bad one."""
    failed(home, broken("select organisation_id, 9000 as speed from raw.connectivity where organisation_id like '33%'"))
    assert names(home) == ["b.csv"]


def test_a_row_by_its_key_leads_to_its_file(home: Settings) -> None:
    """Guards against a check whose rows say nothing but their key."""
    failed(home, broken("select 'row_id' as column_name, 'row of a' as value"))
    assert names(home) == ["a.csv"]


def test_rows_that_name_nothing_lead_to_the_kinds(home: Settings) -> None:
    """Guards against a failed check that leads to nothing because it only counts."""
    failed(home, broken("select 2024 as year, 3 as found"))
    assert names(home) == ["a.csv", "b.csv"]


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("Runtime Error in model stg_connectivity: Conversion Error: Could not cast", ["a.csv", "b.csv"]),
        ("Runtime Error: IO Error: Could not write file: No space left on device", []),
        ("Runtime Error: Out of Memory Error: failed to allocate", []),
        (None, []),
    ],
)
def test_no_file_is_to_blame_for_the_machine(home: Settings, message: str | None, found: list[str]) -> None:
    """Guards against a night on a full disk that sets good files aside."""
    failed(home, {"status": "error", "unique_id": MODEL, "compiled_code": "select 1", "message": message})
    assert names(home) == found


def test_an_unbalanced_file_is_named_by_the_law_itself(home: Settings) -> None:
    """Guards against a broken count of rows that stops every night although its file is known."""
    with build_connection(home) as connection:
        connection.execute("update journal.load set rows_read = 2 where file_sha256 = 'c'")
    assert names(home) == ["c.csv"]


def test_what_came_before_the_copy_is_no_suspect(home: Settings) -> None:
    """Guards against files of former releases, which were published, set aside."""
    (home.checkpoint / "since.jsonl").unlink()
    failed(home, broken("select '3305900019' as organisation_id"))
    assert names(home) == []


def test_a_folder_that_was_never_built_leads_to_nothing(home: Settings, tmp_path: Path) -> None:
    """Guards against a search for the cause that fails and hides it."""
    assert names(home) == []
