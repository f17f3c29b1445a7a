"""vitrina match: decide what organisation a held name means."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.acts import journal
from cli.console import say, say_json, show_table
from cli.exits import FINE, UsageError
from cli.home import existing_home
from cli.match_many import accept_exact, accept_file, export_book, import_book
from cli.options import ByOption, JsonOption, WhyOption, YesOption, decided_by
from cli.russian import RussianCommand, RussianGroup

if TYPE_CHECKING:
    from foundation.settings import Settings
    from ingestion.steward.decisions import Outcome

app = typer.Typer(
    cls=RussianGroup, help="Отложенные строки: какой организации принадлежит название.", rich_markup_mode=None
)
app.command("export", cls=RussianCommand)(export_book)
app.command("import", cls=RussianCommand)(import_book)

HeldId = Annotated[int, typer.Argument(metavar="НОМЕР", help="Номер из vitrina match list.")]


@app.command("list", cls=RussianCommand)
def list_names(
    decided: Annotated[bool, typer.Option("--decided", help="Показать принятые решения: их можно отменить.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Показать названия, ждущие решения, и похожие организации; или принятые решения."""
    from ingestion.steward.queue import list_held
    from orchestration.lock import refresh_lock
    from schemas.labels import value_labels

    settings = existing_home()
    if decided:
        return _list_decisions(settings, as_json=as_json)
    with refresh_lock(settings):
        held = list_held(settings)
    if as_json:
        say_json([asdict(name) for name in held])
        return FINE
    if not held:
        say("Отложенных названий нет.")
        return FINE
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
        "отклонить: vitrina match reject НОМЕР; все сразу: vitrina match export КНИГА.xlsx"
    )
    return FINE


def _list_decisions(settings: "Settings", *, as_json: bool) -> int:
    from ingestion.steward.journal import list_decisions
    from orchestration.lock import refresh_lock

    with refresh_lock(settings):
        decisions = list_decisions(settings)
    if as_json:
        say_json([{**asdict(one), "question": one.question._asdict(), "verdict": one.verdict} for one in decisions])
        return FINE
    if not decisions:
        say("Решений нет.")
        return FINE
    rows = [
        (
            str(one.held_id),
            one.question.name or one.question.inn or one.question.municipality or one.question.region or "—",
            one.verdict,
            _local(settings, one.decided_at),
            one.decided_by or "—",
            one.why or "—",
        )
        for one in decisions
    ]
    show_table(None, ("№", "Вопрос", "Решение", "Когда", "Кто", "Почему"), rows, right=(0,))
    say("Отменить: vitrina match undo НОМЕР")
    return FINE


def _local(settings: "Settings", moment: object) -> str:
    from datetime import UTC, datetime

    from publishing.catalogue import local_time

    assert isinstance(moment, datetime)
    return f"{local_time(settings, moment.replace(tzinfo=UTC)):%d.%m.%Y %H:%M}"


@app.command(cls=RussianCommand)
def accept(
    held_id: Annotated[int | None, typer.Argument(metavar="НОМЕР", help="Номер из vitrina match list.")] = None,
    organisation: Annotated[
        str | None, typer.Option("--organisation", metavar="ИНН[/КПП]", help="Организация или её площадка (ИНН/КПП).")
    ] = None,
    municipality: Annotated[
        str | None, typer.Option("--municipality", metavar="НАЗВАНИЕ", help="Муниципалитет реестра.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="НАЗВАНИЕ", help="Субъект; один или вместе с муниципалитетом.")
    ] = None,
    all_exact: Annotated[
        bool,
        typer.Option("--all-exact", help="Все названия, которые совпадают с реестром буква в букву и ни с чем иным."),
    ] = False,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="ФАЙЛ", help="Ответы из CSV или XLSX со столбцами № и ИНН.")
    ] = None,
    by: ByOption = None,
    why: WhyOption = None,
    yes: YesOption = False,
) -> int:
    """Ответить, что значит название; отложенные строки загрузятся без нового файла."""
    from ingestion.steward import queue as held
    from orchestration.audit.journal import Act
    from orchestration.lock import refresh_lock

    settings, who = existing_home(), decided_by(by)
    is_answered = organisation is not None or municipality is not None or region is not None
    if (held_id is not None) + all_exact + (source is not None) != 1 or (held_id is None and is_answered):
        raise UsageError("Укажите одно: НОМЕР с ответом, --all-exact либо --from ФАЙЛ.")
    if all_exact:
        return accept_exact(settings, who, yes=yes)
    if source is not None:
        return accept_file(settings, source, who)
    assert held_id is not None
    if (organisation is None) == (municipality is None and region is None):
        raise UsageError('Укажите одно: --organisation ИНН[/КПП] либо --municipality "…" и (или) --region "…".')
    with refresh_lock(settings):
        if organisation is not None:
            held.accept(settings, held_id, organisation, by=who, why=why)
        else:
            held.accept_place(settings, held_id, region, municipality, by=who, why=why)
        became = held.what_became(settings, held_id)
    answer = {"organisation": organisation, "region": region, "municipality": municipality}
    journal(settings, [Act("match_accept", {"held_id": held_id, **answer, "rows_loaded": became.loaded})], who)
    say(f"{_in_words(became)}. Чтобы это попало в выпуск: vitrina refresh")
    return FINE


def _in_words(became: "Outcome") -> str:
    """What an answer did, for every row it was about and those of the same name that it was not about."""
    from ingestion.report.wording import rows_in_words, they_wait

    parts = [f"Загружено строк: {became.loaded}"]
    if became.rejected:
        parts.append(f"отклонено как повтор: {became.rejected}")
    if became.waiting:
        parts.append(f"{rows_in_words(became.waiting)} {they_wait(became.waiting)} следующего ответа")
    if became.of_same_name:
        same = became.of_same_name
        parts.append(f"ещё {rows_in_words(same)} этого имени {they_wait(same)} отдельного ответа")
    return "; ".join(parts)


@app.command(cls=RussianCommand)
def reject(held_id: HeldId, by: ByOption = None, why: WhyOption = None) -> int:
    """Отклонить название: его строки не загружаются."""
    from ingestion.steward import queue as held
    from orchestration.audit.journal import Act
    from orchestration.lock import refresh_lock

    settings, who = existing_home(), decided_by(by)
    with refresh_lock(settings):
        rows = held.reject(settings, held_id, by=who, why=why)
    journal(settings, [Act("match_reject", {"held_id": held_id, "rows_rejected": rows})], who)
    say(f"Отклонено строк: {rows}. Чтобы это отразилось в выпуске: vitrina refresh")
    return FINE


@app.command(cls=RussianCommand)
def undo(
    held_id: Annotated[int, typer.Argument(metavar="НОМЕР", help="Номер из vitrina match list --decided.")],
    by: ByOption = None,
    why: WhyOption = None,
) -> int:
    """Отменить решение: его строки снова ждут ответа, строки более поздних файлов по нему тоже."""
    from ingestion.report.wording import rows_in_words
    from ingestion.steward.undo import undo as take_back
    from orchestration.audit.journal import Act
    from orchestration.lock import refresh_lock

    settings, who = existing_home(), decided_by(by)
    with refresh_lock(settings):
        undone = take_back(settings, held_id, who, why)
    journal(settings, [Act("match_undo", {"held_id": held_id, "rows_waiting": undone.rows})], who)
    later = f", из них {rows_in_words(undone.of_later_files)} более поздних файлов" if undone.of_later_files else ""
    say(f"Решение {held_id} отменено: снова ждут ответа строк: {undone.rows}{later}. Выпуск: vitrina refresh")
    if undone.staying:
        say(
            "Строки более поздних файлов стоят в месте по этому решению и остались: "
            f"{', '.join(undone.staying)}. Если место неверное, пришлите эти файлы заново."
        )
    return FINE
