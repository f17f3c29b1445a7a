"""The page of words: every term of the glossary, Russian first, group by group.

`python -m publishing.pages.glossary` writes docs/glossary.md; a test fails when the page is behind the catalogue.
"""

from itertools import groupby

from foundation.sources import ROOT
from schemas.glossary import Term, glossary

PAGE = ROOT / "docs" / "glossary.md"
TITLES = {
    "numbers": "Числа",
    "time": "Время",
    "publishing": "Публикация",
    "files": "Файлы и строки",
    "matching": "Организации и люди",
}
INTRODUCTION = """# Словарь

Страница создана из `schemas/catalogues/glossary.yaml` (`make docs`), руками не правится. Русское слово стоит на экранах
и в документах, английское - в коде; у каждого одно значение. Последний столбец - понятие информационной модели SDMX.
"""


def page() -> str:
    """The whole page in Markdown."""
    return "\n".join([INTRODUCTION, *(_section(group, list(terms)) for group, terms in groupby(glossary(), _group))])


def _group(term: Term) -> str:
    return term.group


def _section(group: str, terms: list[Term]) -> str:
    head = [f"## {TITLES[group]}", "", "| слово | по-английски | что значит | SDMX |", "|---|---|---|---|"]
    rows = [f"| {one.russian} | {one.term} | {one.meaning} | {one.sdmx or ''} |" for one in terms]
    return "\n".join([*head, *rows, ""])


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
