"""vitrina refresh: the nightly job, now."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import progress_bar, say, say_json
from cli.exits import FINE, WANTING, complain
from cli.files_table import show_files
from cli.home import get_settings
from cli.options import JsonOption

if TYPE_CHECKING:
    from foundation.settings import Settings
    from orchestration.run import RefreshResult
    from publishing.manifest import Manifest

NAME = "refresh"

FullOption = Annotated[
    bool, typer.Option("--full", help="Пересчитать всё заново, даже если ничего нового нет или менялась только часть.")
]


def command(full: FullOption = False, as_json: JsonOption = False) -> int:
    """Обновить: принять файлы из landing, построить витрины, проверить и опубликовать выпуск.

    Код 0, если выпуск опубликован (отклонённые строки этому не мешают) или нового ничего нет; 1, если выпуск не
    опубликован или программа не смогла обработать какой-то файл: остальные опубликованы.
    """
    from orchestration.unchanged import release_up_to_date

    settings = get_settings()
    if not full and (standing := release_up_to_date(settings)):
        return _say_nothing_new(standing, as_json=as_json)
    from orchestration.run import run_refresh

    with progress_bar("Обновление") as progress:
        result = run_refresh(settings, progress, full=full)
    return tell_outcome(settings, result, as_json=as_json)


def tell_outcome(settings: "Settings", result: "RefreshResult", *, as_json: bool) -> int:
    """Show what a refresh came to; its exit code."""
    if as_json:
        say_json(result.values)
    else:
        show_files(result.files)
        for note in result.values.get("notes", []):
            say(note)
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
        if failed := [file["original_name"] for file in result.files if file["outcome"] == "failed"]:
            say(f"Не обработаны файлы: {', '.join(failed)}. Остальные опубликованы; что ждёт: vitrina status")
        say("Дальше: vitrina status, vitrina indicators --territory НАЗВАНИЕ")
    return WANTING if any(file["outcome"] == "failed" for file in result.files) else FINE


def _say_nothing_new(standing: "Manifest", *, as_json: bool) -> int:
    from orchestration.alerts.settings import is_anybody_told
    from orchestration.last_refresh import record_nothing_new
    from orchestration.metrics import write_metrics
    from publishing.catalogue import local_time

    if values := record_nothing_new(get_settings()):
        write_metrics(get_settings(), values)
        if is_anybody_told():
            _attend()
    if as_json:
        say_json({"outcome": "unchanged", "release_id": standing.release_id, "warnings": [], "files": []})
        return FINE
    published = local_time(get_settings(), standing.published_at)
    say(f"Нового нет: ни файлов в landing, ни решений. Действует выпуск {standing.release_id} от {published:%d.%m.%Y}.")
    say("Пересчитать всё равно: vitrina refresh --full")
    return FINE


def _attend() -> None:
    """Mail that could not be delivered may be by now. What looks for it takes a second to import."""
    from orchestration.alerts.attend import attend_quietly
    from orchestration.refresh_log import open_log

    open_log(get_settings())
    attend_quietly(get_settings(), ended=False)
