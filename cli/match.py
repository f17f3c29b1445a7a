"""vitrina match: decide what organisation a held name means."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.console import say, say_json, show_table
from cli.home import get_settings
from cli.options import JsonOption
from cli.russian import RussianCommand, RussianGroup

app = typer.Typer(
    cls=RussianGroup, help="Отложенные строки: какой организации принадлежит название.", rich_markup_mode=None
)

HeldId = Annotated[int, typer.Argument(metavar="НОМЕР", help="Номер из vitrina match list.")]


@app.command("list", cls=RussianCommand)
def list_names(as_json: JsonOption = False) -> int:
    """Показать названия, ждущие решения, и похожие организации."""
    from ingestion.held import list_held
    from orchestration.lock import refresh_lock
    from schemas.labels import value_labels

    settings = get_settings()
    with refresh_lock(settings):
        held = list_held(settings)
    if as_json:
        say_json([asdict(name) for name in held])
        return 0
    if not held:
        say("Отложенных названий нет.")
        return 0
    rows = [
        (
            str(name.held_id),
            name.name,
            name.municipality or "—",
            value_labels("reason")[name.reason],
            str(name.rows),
            "\n".join(f"{c.organisation_id} {c.name} ({c.score:.0f})" for c in name.candidates) or "—",
        )
        for name in held
    ]
    show_table(None, ("№", "Название", "Муниципалитет", "Причина", "Строк", "Похожие организации"), rows, right=(0, 4))
    say("Принять: vitrina match accept НОМЕР --organisation ИНН[/КПП]; отклонить: vitrina match reject НОМЕР")
    return 0


@app.command(cls=RussianCommand)
def accept(
    held_id: HeldId,
    organisation: Annotated[
        str, typer.Option("--organisation", metavar="ИНН[/КПП]", help="Организация или её площадка (ИНН/КПП).")
    ],
) -> int:
    """Признать название названием организации; отложенные строки загрузятся без нового файла."""
    from ingestion import held
    from orchestration.lock import refresh_lock

    settings = get_settings()
    with refresh_lock(settings):
        rows = held.accept(settings, held_id, organisation)
    say(f"Загружено строк: {rows}. Чтобы они попали в выпуск: vitrina refresh")
    return 0


@app.command(cls=RussianCommand)
def reject(held_id: HeldId) -> int:
    """Отклонить название: его строки не загружаются."""
    from ingestion import held
    from orchestration.lock import refresh_lock

    settings = get_settings()
    with refresh_lock(settings):
        rows = held.reject(settings, held_id)
    say(f"Отклонено строк: {rows}. Чтобы это отразилось в выпуске: vitrina refresh")
    return 0
