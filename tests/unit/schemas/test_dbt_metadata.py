"""Files of the dbt project and the dashboards that are made from the row models."""

import re
from pathlib import Path

import pytest
import yaml

from schemas.dbt_metadata import SOURCES, files
from schemas.kinds import KINDS

MODELS = SOURCES.parent.parent


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_generated_files_are_up_to_date(path: Path) -> None:
    """Guards against a kind or a column that dbt does not know of: run `make docs` after changing metadata."""
    assert path.read_text(encoding="utf-8").rstrip("\n") == files()[path].rstrip("\n")


def test_large_kinds_are_sources_of_both_schemas() -> None:
    """Guards against a kind kept by numbers whose rows no model can name."""
    written = yaml.safe_load((SOURCES.parent / "_sources.yml").read_text(encoding="utf-8"))
    bulk = next(source for source in written["sources"] if source["name"] == "bulk")
    large = {kind.code for kind in KINDS.values() if kind.partition_column}
    assert large <= {table["name"] for table in bulk["tables"]}


def test_every_kind_of_rows_has_its_staging_model() -> None:
    """Guards against a kind whose rows are loaded and never reach a mart."""
    staged = {path.stem.removeprefix("stg_") for path in SOURCES.parent.glob("stg_*.sql")}
    assert staged == {kind.code for kind in KINDS.values() if not kind.partition_column}


def test_no_model_lists_the_kinds_again() -> None:
    """Guards against the list that missed nine of twenty kinds: a model asks the generated macros."""
    for path in MODELS.rglob("*.sql"):
        for listed in re.findall(r"{% (?:set|for)[^%]*%}", path.read_text(encoding="utf-8"), re.DOTALL):
            named = [code for code in KINDS if f"'{code}'" in listed]
            assert len(named) < 3, f"{path.name}: {named}"


def test_days_of_facts_are_told_from_other_days() -> None:
    """Guards against years of hiring, or of a document, for which a release would compute empty indicators."""
    assert KINDS["staff"].fact_column is None
    assert KINDS["decision"].fact_column is None
    assert KINDS["milestone"].fact_column is None
    assert KINDS["training_record"].fact_column == "issued_on"
    assert {kind.code for kind in KINDS.values() if kind.year_column} == {
        "equipment_delivery", "indicator_plan", "indicator_reported", "infrastructure", "participation", "funding",
        "methodical_event",
    }  # fmt: skip
