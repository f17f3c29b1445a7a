"""vitrina refresh: the nightly job, now."""

from cli.console import progress_bar, say, say_json
from cli.exits import FINE, WANTING, complain
from cli.files_table import show_files
from cli.options import JsonOption
from schemas.settings import get_settings

NAME = "refresh"


def command(as_json: JsonOption = False) -> int:
    """Обновить: принять файлы из landing, построить витрины, проверить и опубликовать выпуск.

    Код 0, если выпуск опубликован (отклонённые строки этому не мешают).
    """
    from orchestration.run import run_refresh

    settings = get_settings()
    with progress_bar("Обновление") as progress:
        result = run_refresh(settings, progress)
    if as_json:
        say_json(result.values)
    else:
        show_files(result.files)
    for warning in result.warnings:
        complain(f"Внимание: {warning}")
    if not result.published:
        complain(result.alert or "Выпуск не опубликован.")
        complain(f"Журнал: {settings.reports / 'refresh.log'}")
        return WANTING
    if not as_json:
        say(f"Опубликован выпуск {result.release_id}: {settings.current}")
        if any(file["rows_held"] for file in result.files):
            say("Есть отложенные строки, нужно решение: vitrina match list")
        say("Дальше: vitrina status, vitrina indicators --territory НАЗВАНИЕ")
    return FINE
