"""vitrina check: format-and-logic control of files, without loading."""

from pathlib import Path
from typing import Annotated

import typer

from cli.console import progress_bar, say, say_json
from cli.exits import FINE, WANTING, complain
from cli.files_table import show_messages
from cli.home import get_settings
from cli.options import JsonOption, SetOption, declared_values

NAME = "check"


def command(
    files: Annotated[list[Path], typer.Argument(metavar="ФАЙЛ...", help="Файлы для проверки.")],
    set_: SetOption = None,
    as_json: JsonOption = False,
) -> int:
    """Проверить файлы (ФЛК): вердикт, счёт строк, протокол XLSX. Ничего не загружает.

    Код 1, если файл отклонён, не обработан или отклонена строка; 0, если строки только отложены.
    """
    from ingestion.check import check_files
    from schemas.regional import bad_files

    settings, declared = get_settings(), declared_values(set_)
    for bad in bad_files(settings.home):
        complain(f"Внимание: {bad}")
    with progress_bar("Проверка") as progress:
        reports = check_files(settings, files, declared, lambda name: progress(f"Проверка: {name}"))
    wanting = any(report.outcome in {"refused", "failed"} or report.rows_rejected for report in reports)
    if as_json:
        say_json([report.as_dict() for report in reports])
        return WANTING if wanting else FINE
    for report in reports:
        say(f"{report.original_name}: {_verdict(report.outcome, report.rows_rejected, report.rows_held)}")
        say(f"  Вид: {report.kind_title or 'не опознан'}")
        say(
            f"  Строк прочитано {report.rows_read}: принято {report.rows_accepted}, отклонено {report.rows_rejected}, "
            f"отложено {report.rows_held}, пропущено {report.rows_ignored}"
        )
        show_messages(report.as_dict())
    return WANTING if wanting else FINE


def _verdict(outcome: str, rejected: int, held: int) -> str:
    if outcome == "failed":
        return "НЕ ОБРАБОТАН"
    if outcome == "refused":
        return "ОТКЛОНЁН"
    if rejected:
        return "ЕСТЬ ОШИБКИ"
    return "ГОДЕН, часть строк будет отложена" if held else "ГОДЕН"
