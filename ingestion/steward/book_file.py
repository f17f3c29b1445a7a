"""The book of questions as XLSX: one line a question, a drop-down to answer, and how to fill it in."""

from pathlib import Path
from typing import Any

import xlsxwriter

from ingestion.errors import UserError
from ingestion.report.protocol import LINE_HEIGHT, print_on_a4, wrapped_lines
from ingestion.report.workbook_file import written_workbook
from ingestion.steward.book import POSTPONE, REJECT, BookLine, Choice

NUMBER, ANSWER, WHY, FINGERPRINT = "№", "Ответ", "Почему", "Отпечаток вопроса"
QUESTIONS, LEGEND, LISTS = "Вопросы", "Как заполнить", "Списки"
HIGHEST_ROW = 400
"""Points; Excel takes no more than 409."""
BEFORE = (
    (NUMBER, 7), ("Название в файле", 36), ("Муниципалитет", 24), ("Субъект", 22), ("Причина", 22), ("Строк ждёт", 8),
    (ANSWER, 38), (WHY, 28),
)  # fmt: skip
AFTER = (("Строка, как написана", 60), ("Файл", 26), ("Где стоит первая", 24), (FINGERPRINT, 20))
CANDIDATE_WIDTH = 48
HOW_TO = (
    ("Одна строка листа «Вопросы»: один вопрос. Ответьте в столбце «Ответ», остальные столбцы не меняйте.", False),
    ("Что можно ответить", True),
    ("Выбрать из списка: организацию или место; похожие стоят в столбцах «Кандидат».", False),
    ("Вписать ИНН организации реестра, для филиала ИНН/КПП, если её нет среди кандидатов.", False),
    ("На вопрос о месте: «Муниципалитет, Субъект» по реестру; о субъекте: его полное название.", False),
    (f"«{REJECT}»: это не наша организация (место), строки не загружаются.", False),
    (f"«{POSTPONE}» или пусто: вопрос остаётся в очереди.", False),
    ("В столбце «Почему» напишите, на чём основан ответ: это останется в журнале решений.", False),
    ("Чем кандидаты отличаются", True),
    ("В клетке кандидата: название, муниципалитет, (ИНН или ИНН/КПП); что совпадает с файлом и что отличается.", False),
    ("Ниже: КПП, ОКТМО, срок действия, прежние названия. Адресов в реестре нет, поэтому они не показаны.", False),
    ("Что дальше", True),
    ("Сохраните книгу и выполните: vitrina match import КНИГА.xlsx. Строки с ошибкой будут названы, остальные", False),
    ("применятся. Решение можно отменить: vitrina match undo НОМЕР.", False),
    (
        "Строки и столбцы можно переставлять, лишние строки удалять. Скрытый столбец «Отпечаток вопроса» нужен: по",
        False,
    ),
    ("нему видно, что вопрос с тех пор не изменился.", False),
)


def write_book(path: Path, lines: list[BookLine]) -> None:
    """Write the questions; raises UserError when the file is there already: it may hold answers."""
    if path.exists():
        raise UserError(f"Файл {path} уже есть, в нём могут быть ответы. Назовите новый или удалите этот.")
    # What the sender wrote is text, whatever it begins with: «=1+1» is never a formula of ours.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with written_workbook(path, options) as workbook:
        cell = {"border": 1, "border_color": "#BFBFBF", "text_wrap": True, "valign": "top", "align": "left"}
        formats = {
            "head": workbook.add_format({**cell, "bold": True, "bg_color": "#DCE6F1"}),
            "cell": workbook.add_format(cell),
            "number": workbook.add_format({**cell, "align": "right"}),
            # As text: an ИНН keeps its leading zero whatever Excel makes of numbers.
            "answer": workbook.add_format({**cell, "bg_color": "#FFF9E5", "num_format": "@"}),
            "title": workbook.add_format({"bold": True, "font_size": 12}),
            "text": workbook.add_format({"text_wrap": True, "valign": "top"}),
        }
        _questions(workbook, formats, lines)
        _legend(workbook, formats)


def _questions(workbook: Any, formats: dict[str, Any], lines: list[BookLine]) -> None:
    sheet, lists = workbook.add_worksheet(QUESTIONS), workbook.add_worksheet(LISTS)
    lists.hide()
    most = max((len(line.choices) for line in lines), default=0)
    candidates = tuple((f"Кандидат {number}", CANDIDATE_WIDTH) for number in range(1, most + 1))
    columns = (*BEFORE, *candidates, *AFTER)
    names = [name for name, _ in columns]
    for at, (name, width) in enumerate(columns):
        sheet.set_column(at, at, width, None, {"hidden": name == FINGERPRINT})
        sheet.write_string(0, at, name, formats["head"])
    sheet.set_row(0, 2 * LINE_HEIGHT)
    answer = names.index(ANSWER)
    for number, line in enumerate(lines, 1):
        values = _values(line, most)
        for at, (name, value) in enumerate(zip(names, values, strict=True)):
            if isinstance(value, int):
                sheet.write_number(number, at, value, formats["number"])
            else:
                sheet.write_string(number, at, value, formats["answer" if name in {ANSWER, WHY} else "cell"])
        _drop_down(sheet, lists, number, answer, line.choices)
        taken = max(wrapped_lines(str(value), width) for value, (_, width) in zip(values, columns, strict=True))
        sheet.set_row(number, min(LINE_HEIGHT * taken, HIGHEST_ROW))
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(1, len(lines)), len(columns) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()


def _values(line: BookLine, most: int) -> list[str | int]:
    told = [choice.text for choice in line.choices] + [""] * (most - len(line.choices))
    if line.hint and told:
        told[0] = line.hint
    written = line.written if most or not line.hint else f"{line.written}\n{line.hint}"
    return [
        line.held_id, line.name, line.municipality, line.region, line.reason, line.rows, "", "", *told, written,
        line.files, line.place, line.fingerprint,
    ]  # fmt: skip


def _drop_down(sheet: Any, lists: Any, row: int, column: int, choices: tuple[Choice, ...]) -> None:
    """Answers of a line lie in a row of another sheet: a list inside a cell holds 255 signs, and commas split it."""
    offered = [*(choice.answer for choice in choices), REJECT, POSTPONE]
    for at, text in enumerate(offered):
        lists.write_string(row, at, text)
    last = xlsxwriter.utility.xl_rowcol_to_cell(row, len(offered) - 1, row_abs=True, col_abs=True)
    sheet.data_validation(
        row, column, row, column,
        {"validate": "list", "source": f"={LISTS}!$A${row + 1}:{last}", "show_error": False,
         "input_title": "Ответ", "input_message": "Выберите из списка или впишите ИНН (филиал: ИНН/КПП)."},
    )  # fmt: skip


def _legend(workbook: Any, formats: dict[str, Any]) -> None:
    sheet = workbook.add_worksheet(LEGEND)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 110)
    for row, (text, is_title) in enumerate(HOW_TO):
        sheet.write_string(row, 0, text, formats["title" if is_title else "text"])
    print_on_a4(sheet)
