"""The page for analysts: every mart with its grain and columns, generated from dbt's own descriptions.

`python -m publishing.dictionary` writes docs/marts.md; a test fails when the page is behind the models.
"""

import re
from typing import Any

from publishing.contract import ROOT, mart_models
from schemas.labels import column_label
from schemas.mart_questions import mart_questions

COLUMNS = ROOT / "dbt_project" / "models" / "columns.md"
PAGE = ROOT / "docs" / "marts.md"
BLOCK = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)
REFERENCE = re.compile(r"{{ doc\('(\w+)'\) }}")
INTRODUCTION = """# Витрины

Страница создана из описаний моделей (`make docs`), руками не правится. Таблицы лежат в схеме `marts` файла
`VITRINA_HOME/current/warehouse.duckdb`; спросить их можно так: `vitrina query "select * from marts.laggard"`.
Те же описания стоят комментариями у таблиц и столбцов выпуска.
"""


def page() -> str:
    """The whole page in Markdown."""
    meanings = {name: " ".join(text.split()) for name, text in BLOCK.findall(COLUMNS.read_text(encoding="utf-8"))}
    return "\n".join([INTRODUCTION, _questions(), *(_section(model, meanings) for model in mart_models())])


def _questions() -> str:
    asked = [f"**{one.question}**: [`{one.mart}`](#{one.mart})\n\n```sql\n{one.sql}\n```\n" for one in mart_questions()]
    return "\n".join(["## Какую витрину спросить", "", *asked])


def _section(model: dict[str, Any], meanings: dict[str, str]) -> str:
    lines = [f"## `{model['name']}`", "", _described(model["description"], meanings), ""]
    if grain := _grain(model):
        lines += [f"Одна строка: {' × '.join(f'`{name}`' for name in grain)}.", ""]
    lines += ["| столбец | заголовок | тип | что это |", "|---|---|---|---|"]
    lines += [_row(model["name"], column, meanings) for column in model["columns"]]
    return "\n".join([*lines, ""])


def _row(mart: str, column: dict[str, Any], meanings: dict[str, str]) -> str:
    name, meaning = column["name"], _described(column["description"], meanings)
    return f"| `{name}` | {column_label(mart, name)} | {column['data_type']} | {meaning} |"


def _described(text: str, meanings: dict[str, str]) -> str:
    return " ".join(REFERENCE.sub(lambda match: meanings[match[1]], text).split())


def _grain(model: dict[str, Any]) -> list[str]:
    """The columns of the model's own grain test."""
    for test in model.get("data_tests", []):
        if isinstance(test, dict) and "unique_grain" in test:
            columns: list[str] = test["unique_grain"]["arguments"]["columns"]
            return columns
    return []


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
