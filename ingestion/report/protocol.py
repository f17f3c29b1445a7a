"""The format-and-logic protocol (протокол ФЛК) for the sender: an XLSX with the verdict and every remark."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from foundation.settings import Settings
from ingestion.examine.examination import Examination
from ingestion.examine.problems import told_once
from ingestion.match.organisations import OrganisationIndex
from ingestion.match.rows import Held
from ingestion.recognise.ignored_rows import REASONS
from ingestion.recognise.starts import TableStart
from ingestion.report.protocol_file import Source, protocol_path
from ingestion.report.workbook_file import written_workbook
from ingestion.store.hold import PLACE_REASONS
from schemas.personal import mask

LINE_HEIGHT = 15
TABLES_SHOWN = 20
"""Of how many tables the protocol says where they start."""
SEVERITIES = {"error": "ошибка, строка отклонена", "warning": "замечание, строка принята"}
HELD_REASONS = {
    "system": "система не названа в каталоге",
    "staff": "человек не найден в кадрах",
    "organisation": "организация не найдена",
    "municipality": "муниципалитет не найден в реестре",
    "region": "субъект не найден в каталоге",
    "entity": "организация филиала не названа в реестре",
}


def write_protocol(
    settings: Settings,
    source: Source,
    examination: Examination | None,
    refusal: str | None,
    index: OrganisationIndex | None = None,
) -> Path:
    """Write the protocol of a file into reports/; no people's data ever stands in it (design.md, promise 9)."""
    settings.reports.mkdir(parents=True, exist_ok=True)
    path = protocol_path(settings, source)
    # A value such as «=1+1» is what the sender wrote, never a formula of ours.
    with written_workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"comments": source.comment})
        formats = {
            "title": workbook.add_format({"bold": True, "font_size": 14}),
            "head": workbook.add_format(
                {"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "top"}
            ),
            "cell": workbook.add_format({"border": 1, "text_wrap": True, "valign": "top", "align": "left"}),
            "bad": workbook.add_format({"bold": True, "font_color": "#B00020", "text_wrap": True, "border": 1}),
            "good": workbook.add_format({"bold": True, "font_color": "#1B5E20", "text_wrap": True, "border": 1}),
        }
        _verdict(workbook, formats, source.name, examination, refusal)
        if examination is not None and examination.problems:
            _remarks(workbook, formats, examination)
        if examination is not None and examination.held:
            _questions(workbook, formats, examination, index)
        if examination is not None and examination.ignored_rows:
            _ignored_rows(workbook, formats, examination)
    return path


def _verdict(
    workbook: Any, formats: dict[str, Any], file_name: str, examination: Examination | None, refusal: str | None
) -> None:
    sheet = workbook.add_worksheet("Итог")
    sheet.hide_gridlines(2)
    print_on_a4(sheet)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    sheet.write(0, 0, "Протокол форматно-логического контроля", formats["title"])
    sheet.write(2, 0, "Файл", formats["head"])
    sheet.write(2, 1, mask(file_name), formats["cell"])
    if examination is None:
        sheet.write(3, 0, "Вывод", formats["head"])
        sheet.write(3, 1, mask(refusal or ""), formats["bad"])
        sheet.set_row(3, LINE_HEIGHT * wrapped_lines(refusal or "", 80))
        return
    ignored = ", ".join(f"{REASONS[reason]}: {rows}" for _, reason, rows in examination.ignored)
    lines = [
        ("Вид выгрузки", examination.kind.title),
        *([("Строка заголовка", _header_rows(examination.tables))] if examination.tables else []),
        ("Отправитель", examination.sender or "не указан"),
        ("Прочитано строк", examination.rows_read),
        ("Принято", examination.rows_accepted),
        ("Отклонено", examination.rows_rejected),
        ("Ждут решения", examination.rows_held),
        ("Пропущено", f"{examination.rows_ignored}" + (f" ({ignored})" if ignored else "")),
    ]
    for row, (name, value) in enumerate(lines, 3):
        sheet.write(row, 0, name, formats["head"])
        sheet.write(row, 1, mask(value) if isinstance(value, str) else value, formats["cell"])
        sheet.set_row(row, LINE_HEIGHT * wrapped_lines(str(value), 80))
    is_clean = not examination.rows_rejected
    text = (
        "Файл принят целиком."
        if is_clean and not examination.rows_held
        else "Ошибок нет, часть строк ждёт решения ответственного за данные."
        if is_clean
        else "Исправьте отклонённые строки и пришлите файл заново: принятые строки загружать повторно безопасно."
    )
    sheet.write(len(lines) + 3, 0, "Вывод", formats["head"])
    sheet.write(len(lines) + 3, 1, text, formats["good" if is_clean else "bad"])
    sheet.set_row(len(lines) + 3, LINE_HEIGHT * wrapped_lines(text, 80))
    for row, message in enumerate(examination.messages, len(lines) + 5):
        sheet.write(row, 1, mask(message))


def _header_rows(tables: Sequence[TableStart]) -> str:
    """«4», «4–5» of a header of two rows, «4, 30» of two tables; by sheet where there are several."""
    by_sheet: dict[tuple[int, str], list[str]] = {}
    for table in tables[:TABLES_SHOWN]:
        first, last = table.header_row, table.header_last_row
        rows = by_sheet.setdefault((table.sheet_number, table.sheet), [])
        rows.append(str(first) if first == last else f"{first}–{last}")
    listed = [f"лист «{sheet}»: {', '.join(rows)}" for (_, sheet), rows in by_sheet.items()]
    if len(by_sheet) == 1:
        listed = [", ".join(*by_sheet.values())]
    left = len(tables) - TABLES_SHOWN
    return "; ".join([*listed, *([f"и ещё {left}"] if left > 0 else [])])


def wrapped_lines(text: str, width: int) -> int:
    """How many lines a wrapped text takes: not every program grows rows by itself."""
    return sum(max(1, -(-len(line) // width)) for line in text.split("\n"))


def print_on_a4(sheet: Any) -> None:
    """Landscape, as wide as the page: the protocol is often printed and signed."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _table(
    workbook: Any, formats: dict[str, Any], name: str, headings: list[tuple[str, int]], rows: list[list[Any]]
) -> None:
    sheet = workbook.add_worksheet(name)
    for column, (heading, width) in enumerate(headings):
        sheet.set_column(column, column, width)
        sheet.write(0, column, heading, formats["head"])
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            sheet.write(number, column, mask(value) if isinstance(value, str) else value, formats["cell"])
        sheet.set_row(
            number,
            LINE_HEIGHT
            * max(wrapped_lines(str(value), width) for value, (_, width) in zip(row, headings, strict=True)),
        )
    sheet.freeze_panes(1, 0)
    print_on_a4(sheet)
    sheet.autofilter(0, 0, max(1, len(rows)), len(headings) - 1)


def _remarks(workbook: Any, formats: dict[str, Any], examination: Examination) -> None:
    headings = [
        ("Лист", 20),
        ("Строка", 9),
        ("Организация в файле", 40),
        ("Столбец", 30),
        ("Найдено", 28),
        ("Что не так", 60),
        ("Последствие", 26),
    ]
    rows = [
        [
            one.sheet, one.outside or one.source_row, "" if one.outside else examination.named.get(place, ""),
            one.column, "значение не показано" if one.found is None else one.found[:100], one.words,
            SEVERITIES[one.severity],
        ]
        for one in told_once(examination.problems)
        for place in [(one.sheet, one.source_row)]
    ]  # fmt: skip
    _table(workbook, formats, "Замечания", headings, rows)


def _ignored_rows(workbook: Any, formats: dict[str, Any], examination: Examination) -> None:
    headings = [("Лист", 20), ("Строка", 9), ("Почему пропущена", 40), ("Что в ней", 90)]
    rows = [[sheet, row.source_row, REASONS[row.reason], row.text] for sheet, row in examination.ignored_rows]
    _table(workbook, formats, "Пропущенные строки", headings, rows)


def _questions(
    workbook: Any, formats: dict[str, Any], examination: Examination, index: OrganisationIndex | None
) -> None:
    headings = [
        ("Лист", 20),
        ("Строка", 9),
        ("Причина", 32),
        ("Организация в файле", 45),
        ("Муниципалитет", 28),
        ("Похожие в реестре", 60),
    ]
    rows, seen = [], set()
    for held in examination.held:
        if (held.sheet, held.source_row) in seen:
            continue
        seen.add((held.sheet, held.source_row))
        alike = _alike(held, index) if index else []
        rows.append(
            [
                held.sheet, held.source_row, HELD_REASONS[held.reason],
                held.system_text if held.reason == "system" else held.query.name or held.query.inn,
                _place(held), "\n".join(alike),
            ]
        )  # fmt: skip
    _table(workbook, formats, "Ждут решения", headings, rows)


def _place(held: Held) -> str:
    if held.reason in PLACE_REASONS:
        return ", ".join(text for text in (held.query.municipality, held.query.region) if text)
    return held.query.municipality or ""


def _alike(held: Held, index: OrganisationIndex) -> list[str]:
    """What the registry or the catalogue has that is like what the row says."""
    if held.reason in PLACE_REASONS:
        return [str(one) for one in index.municipalities.candidates(held.query.region, held.query.municipality)]
    if held.reason != "organisation":
        return []
    return [f"{one} ({one.organisation_id})" for one in index.candidates(held.query)]
