"""Every system and every indicator of the seed documents has its place."""

from publishing.pages.coverage import INDICATOR_COUNTS, PAGE, indicators_by_document, missing_system_rows, page
from schemas.catalogue_file import project_rows
from schemas.catalogue_rows import SYSTEMS
from schemas.kinds import KINDS
from schemas.mart_contracts import marts_of_kinds
from schemas.passport import load_passports


def test_page_is_up_to_date() -> None:
    """Guards against a page that tells of yesterday's catalogue: run `make docs` after changing metadata."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_no_system_is_missing() -> None:
    """Guards against a system of the documents that the warehouse knows nothing of."""
    assert missing_system_rows() == []
    assert all(entry["document_rows"] or entry["role"] != "mention" for entry in project_rows(SYSTEMS))


def test_no_indicator_is_missing_or_doubled() -> None:
    """Guards against an indicator without a passport, and against two passports for one."""
    found = indicators_by_document(load_passports())
    assert {document: len(codes) for document, codes in found.items()} == INDICATOR_COUNTS
    assert {document: len(set(codes)) for document, codes in found.items()} == INDICATOR_COUNTS


def test_every_home_exists() -> None:
    """Guards against a system sent to a kind of export that nobody reads, or that no mart shows."""
    named = {kind for entry in project_rows(SYSTEMS) for kind in entry.get("exports", ())}
    assert named <= set(KINDS)
    assert named <= set(marts_of_kinds())
    mentioned = [entry["code"] for entry in project_rows(SYSTEMS) if entry["role"] == "mention"]
    assert [code for code in mentioned if code in {e["code"] for e in project_rows(SYSTEMS) if e.get("exports")}] == []
