"""The glossary and its page."""

from pathlib import Path

import pytest

from publishing.pages.glossary import PAGE, TITLES, page
from schemas import glossary as module
from schemas.glossary import glossary
from schemas.metadata_file import MetadataError


def test_page_is_up_to_date() -> None:
    """Guards against a word whose meaning changed in one place only: run `make docs`."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_groups_stand_together() -> None:
    """Guards against a term put at the file's end, which would open its group a second time."""
    assert [line.removeprefix("## ") for line in page().splitlines() if line.startswith("## ")] == list(TITLES.values())


@pytest.mark.parametrize("words", [("mart", "витрина", "mart", "таблица"), ("mart", "витрина", "table", "витрина")])
def test_a_word_has_one_meaning(words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against one word for two things, in either language."""
    row = "- {{term: {}, russian: {}, group: files, meaning: нечто}}\n"
    file = tmp_path / "glossary.yaml"
    file.write_text(row.format(*words[:2]) + row.format(*words[2:]), encoding="utf-8")
    monkeypatch.setattr(module, "GLOSSARY", file)
    with pytest.raises(MetadataError, match="дважды"):
        glossary.__wrapped__()
