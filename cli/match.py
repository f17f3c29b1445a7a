"""vitrina match: decide what organisation a held name means."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import say, say_json, show_table
from cli.exits import UsageError
from cli.home import get_settings
from cli.options import JsonOption
from cli.russian import RussianCommand, RussianGroup

if TYPE_CHECKING:
    from ingestion.decisions import Outcome

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
            f"{name.name}\nлист «{name.sheet}», строка {name.source_row}" if name.source_row else name.name,
            name.municipality or "—",
            value_labels("reason")[name.reason],
            str(name.rows),
            "\n".join(
                [f"{one.organisation_id} {one} ({one.score:.0f})" for one in name.candidates]
                + [f"{place} ({place.score:.0f})" for place in name.places]
            )
            or "—",
        )
        for name in held
    ]
    show_table(None, ("№", "Название", "Муниципалитет", "Причина", "Строк", "Похожие"), rows, right=(0, 4))
    say(
        'Принять: vitrina match accept НОМЕР --organisation ИНН[/КПП], о месте: --municipality "…" или --region "…"; '
        "отклонить: vitrina match reject НОМЕР"
    )
    return 0


@app.command(cls=RussianCommand)
def accept(
    held_id: HeldId,
    organisation: Annotated[
        str | None, typer.Option("--organisation", metavar="ИНН[/КПП]", help="Организация или её площадка (ИНН/КПП).")
    ] = None,
    municipality: Annotated[
        str | None, typer.Option("--municipality", metavar="НАЗВАНИЕ", help="Муниципалитет реестра.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="НАЗВАНИЕ", help="Субъект; один или вместе с муниципалитетом.")
    ] = None,
) -> int:
    """Ответить, что значит название; отложенные строки загрузятся без нового файла."""
    from ingestion import held
    from orchestration.lock import refresh_lock

    settings = get_settings()
    if (organisation is None) == (municipality is None and region is None):
        raise UsageError('Укажите одно: --organisation ИНН[/КПП] либо --municipality "…" и (или) --region "…".')
    with refresh_lock(settings):
        if organisation is not None:
            held.accept(settings, held_id, organisation)
        else:
            held.accept_place(settings, held_id, region, municipality)
        became = held.what_became(settings, held_id)
    say(f"{_in_words(became)}. Чтобы это попало в выпуск: vitrina refresh")
    return 0


def _in_words(became: "Outcome") -> str:
    """What an answer did, for every row it was about and those of the same name that it was not about."""
    from ingestion.wording import rows_in_words

    parts = [f"Загружено строк: {became.loaded}"]
    if became.rejected:
        parts.append(f"отклонено как повтор: {became.rejected}")
    if became.waiting:
        parts.append(f"{rows_in_words(became.waiting)} ждут следующего ответа")
    if became.of_same_name:
        parts.append(f"ещё {rows_in_words(became.of_same_name)} этого имени ждут отдельного ответа")
    return "; ".join(parts)


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
