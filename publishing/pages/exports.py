"""The page for senders: what each export may look like, generated from row models and header maps.

`python -m publishing.pages.exports` writes docs/vygruzki.md; a test fails when the page is behind the metadata.
"""

import polars as pl

from foundation.sources import ROOT
from schemas.header_map import Layout, project_layouts
from schemas.kinds import KINDS, Kind

PAGE = ROOT / "docs" / "vygruzki.md"
TYPES = {pl.String: "текст", pl.Int64: "целое число", pl.Date: "дата", pl.Boolean: "да / нет"}
INTRODUCTION = """# Какими могут быть выгрузки

Страница создана из описаний строк и карт заголовков (`make docs`), руками не правится.
Столбцы узнаются по названию, в любом порядке; лишние столбцы не мешают. Дата, система и период могут стоять
в строках над таблицей, в имени листа или задаваться так: `vitrina add файл.xlsx --set "Дата среза=2024-12-01"`.
Формат: XLSX, XLS, ODS (и FODS), CSV, TSV, Parquet, XML (открытый реестр аккредитации) или ZIP из них.
"""


def page() -> str:
    """The whole page in Markdown."""
    by_kind: dict[str, list[Layout]] = {}
    for layout in project_layouts():
        by_kind.setdefault(layout.kind, []).append(layout)
    return "\n".join([INTRODUCTION, *(_section(kind, by_kind[code]) for code, kind in KINDS.items())])


def _section(kind: Kind, kind_layouts: list[Layout]) -> str:
    lines = [f"## {kind.title}", "", f"Код вида: `{kind.code}`."]
    if kind.is_personal:
        lines.append("Файл с данными людей: нужен секрет (`vitrina init`), СНИЛС в хранилище не попадает.")
    for layout in kind_layouts:
        if len(kind_layouts) > 1:
            lines += ["", f"### Расположение `{layout.name}`"]
        lines += ["", "| столбец | принимаемые названия | что это | тип | обязателен |", "|---|---|---|---|---|"]
        lines += [_row(kind, layout, name) for name in layout.titles]
        if layout.any_of:
            lines += ["", "Нужен хотя бы один из столбцов: " + ", ".join(map(layout.title, layout.any_of)) + "."]
        if layout.organisation == "place":
            lines += ["", "Место: организация (ИНН или наименование с муниципалитетом) или муниципалитет в целом."]
        if layout.organisation == "required":
            lines += ["", "Организация: нужен ИНН (или ОГРН), либо наименование; вместе с муниципалитетом."]
    return "\n".join([*lines, ""])


def _row(kind: Kind, layout: Layout, name: str) -> str:
    column = next(
        (one for key, one in kind.model.columns.items() if name in (key, one.metadata["field"])),
        kind.model.columns.get(name.split("_", 1)[0]),
    )
    spellings = "; ".join(sorted(text for text, field in layout.spellings.items() if field == name))
    dtype = column.dtype.type if column is not None else None
    kind_of_value = "число" if isinstance(dtype, pl.Decimal) else TYPES.get(dtype or pl.String, "текст")
    required = "да" if name in layout.required else ""
    outside = " (или над таблицей, --set)" if name in layout.context and required else ""
    description = column.description if column is not None else ""
    return f"| {layout.title(name)} | {spellings} | {description} | {kind_of_value} | {required}{outside} |"


def main() -> None:
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
