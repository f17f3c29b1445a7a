"""How reports on files are shown: one line a file, then what people must read."""

from collections.abc import Sequence
from typing import Any

from cli.console import say, show_table

OUTCOMES = {
    "loaded": "загружен",
    "refused": "отклонён",
    "failed": "не обработан",
    "unchanged": "без изменений",
    "checked": "проверен",
}
COLUMNS = ("Файл", "Вид", "Итог", "Прочитано", "Принято", "Отклонено", "Отложено", "Пропущено", "Новых", "Изменено")
COUNTS = ("rows_read", "rows_accepted", "rows_rejected", "rows_held", "rows_ignored", "rows_new", "rows_changed")
MAXIMAL_MESSAGES = 5


def show_files(files: Sequence[dict[str, Any]]) -> None:
    """Print the table of files, refusals, first messages and protocol paths."""
    if not files:
        say("Новых файлов не было.")
        return
    rows = [
        (file["original_name"], file["kind_title"] or "—", OUTCOMES[file["outcome"]], *(str(file[c]) for c in COUNTS))
        for file in files
    ]
    show_table(None, COLUMNS, rows, right=range(3, len(COLUMNS)))
    for file in files:
        if file["outcome"] != "unchanged" or file["messages"]:
            show_messages(file)


def show_messages(file: dict[str, Any]) -> None:
    """Print why a file was refused, its first messages and where its protocol lies."""
    lines = ([file["refusal"]] if file["refusal"] else []) + list(file["messages"])
    shown = lines[:MAXIMAL_MESSAGES]
    if shown:
        say(f"{file['original_name']}:")
    for line in shown:
        say(f"  {line}")
    left = len(lines) - len(shown) + file["messages_left"]
    if left:
        say(f"  …и ещё {left}" + ("; замечания — в протоколе." if file["protocol"] else "."))
    if file["protocol"] and (file["refusal"] or file["rows_rejected"] or file["rows_held"] or left):
        say(f"  Протокол ФЛК: {file['protocol']}")
