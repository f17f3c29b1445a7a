"""The page for analysts: every mart with its grain and columns, generated from dbt's own descriptions.

`python -m publishing.pages.marts` writes docs/marts.md; a test fails when the page is behind the models.
"""

from typing import Any

from foundation.sources import ROOT
from schemas.labels import column_label
from schemas.mart_contracts import described, grain, mart_models
from schemas.mart_questions import mart_questions

PAGE = ROOT / "docs" / "marts.md"
INTRODUCTION = """# Витрины

Страница создана из описаний моделей (`make docs`), руками не правится. Таблицы лежат в схеме `marts` файла
`VITRINA_HOME/current/warehouse.duckdb`; спросить их можно так: `vitrina query "select * from marts.laggard"`.
Те же описания стоят комментариями у таблиц и столбцов выпуска.
"""


def page() -> str:
    """The whole page in Markdown."""
    return "\n".join([INTRODUCTION, _questions(), *(_section(model) for model in mart_models())])


def _questions() -> str:
    asked = [f"**{one.question}**: [`{one.mart}`](#{one.mart})\n\n```sql\n{one.sql}\n```\n" for one in mart_questions()]
    return "\n".join(["## Какую витрину спросить", "", *asked])


def _section(model: dict[str, Any]) -> str:
    lines = [f"## `{model['name']}`", "", described(model["description"]), ""]
    if columns := grain(model):
        lines += [f"Одна строка: {' × '.join(f'`{name}`' for name in columns)}.", ""]
    lines += ["| столбец | заголовок | тип | что это |", "|---|---|---|---|"]
    lines += [_row(model["name"], column) for column in model["columns"]]
    return "\n".join([*lines, ""])


def _row(mart: str, column: dict[str, Any]) -> str:
    name, meaning = column["name"], described(column["description"])
    return f"| `{name}` | {column_label(mart, name)} | {column['data_type']} | {meaning} |"


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
