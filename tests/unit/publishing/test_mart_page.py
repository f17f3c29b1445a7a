"""The generated page for analysts."""

from pathlib import Path

from publishing.pages.marts import PAGE, page

MARTS = Path(__file__).parents[3] / "dbt_project" / "models" / "marts"


def test_page_is_up_to_date() -> None:
    """Guards against a mart column that analysts are not told of: run `make docs` after changing a model."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_mart_says_its_grain() -> None:
    """Guards against a mart whose rows an analyst would add up twice."""
    sections = page().split("\n## `")[1:]
    assert len(sections) == len(list(MARTS.glob("*/*.sql")))
    assert [section.split("\n", 1)[0] for section in sections if "Одна строка:" not in section] == []
