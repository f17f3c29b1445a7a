"""What decides the rows of a model: nothing that orchestration/dbt/graph.py does not see.

A node that reads the clock, the environment or a table past `ref` and `source` stands when it should be built again.
"""

import re
from pathlib import Path

import pytest

from orchestration.dbt.project import PROJECT_DIR

READ_UNSEEN = re.compile(
    r"\b(env_var\s*\(|var\s*\(|modules\.|current_date|current_timestamp|localtimestamp|localtime|now\s*\(|random\s*\("
    r"|uuid\s*\(|gen_random_uuid|nextval|getenv|current_setting|getvariable|read_(?:csv|parquet|json|text|blob)\w*\s*\(|glob\s*\("
    r"|(?:from|join)\s+(?:raw|bulk|journal|reference|published|staging|intermediate|history|marts)\.)",
    re.IGNORECASE,
)
COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)
MACRO = re.compile(r"\{%-?\s*macro\s+(\w+).*?\bendmacro\b", re.DOTALL)
ALLOWED = {"build_parameter": {"env_var("}, "default__today": {"current_date"}}
"""By macro: the one way to the environment, and the day of whoever builds without a refresh."""


def read_unseen(text: str) -> list[str]:
    """What a text reads that no manifest tells of, outside the macros that may."""
    bare = COMMENT.sub("", text)
    found = []
    for match in READ_UNSEEN.finditer(bare):
        macro = next((one[1] for one in MACRO.finditer(bare) if one.start() < match.start() < one.end()), None)
        if match[0] not in ALLOWED.get(macro or "", ()):
            found.append(match[0])
    return found


def texts() -> list[Path]:
    return sorted(path for folder in ("models", "macros", "tests") for path in (PROJECT_DIR / folder).rglob("*.sql"))


def test_nodes_read_what_the_graph_sees() -> None:
    """Guards against a model of today's date that stands for ever, and one that reads a table that is no parent."""
    assert len(texts()) > 150, "the search finds nothing"
    found = {path.name: read_unseen(path.read_text(encoding="utf-8")) for path in texts()}
    assert {name: read for name, read in found.items() if read} == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("select current_date", ["current_date"]),
        ("select a from raw.staff", ["from raw."]),
        ("{% macro x() %}{{ env_var('A') }}{% endmacro %}", ["env_var("]),
        ("{% macro build_parameter(name) %}{{ env_var('A') }}{% endmacro %}", []),
        (
            "{% macro build_parameter(name) %}{% endmacro %}{% macro x() %}{{ env_var('A') }}{% endmacro %}",
            ["env_var("],
        ),
        ("-- of current_date\nselect {{ today() }} from {{ ref('raw') }}", []),
        ("{# current_date #} select 1", []),
    ],
)
def test_each_way_is_recognised(text: str, found: list[str]) -> None:
    """Guards against a pattern that matches nothing."""
    assert read_unseen(text) == found
