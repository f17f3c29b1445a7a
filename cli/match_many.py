"""vitrina match export, import, accept --from, accept --all-exact: a day's answers in one go."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.acts import journal
from cli.console import say, show_table
from cli.exits import FINE, WANTING, complain
from cli.home import existing_home
from cli.options import ByOption, decided_by
from cli.questions import is_confirmed

if TYPE_CHECKING:
    from foundation.settings import Settings
    from ingestion.steward.answers_file import LineResult

OUTCOMES = {
    "applied": "применён",
    "refused": "не принят",
    "postponed": "отложен",
    "empty": "без ответа",
    "repeated": "повтор",
}


def export_book(
    path: Annotated[Path, typer.Argument(metavar="КНИГА.xlsx", help="Новый файл; существующий не заменяется.")],
) -> int:
    """Выгрузить вопросы в книгу Excel: по строке на вопрос, с кандидатами и списком ответов."""
    from ingestion.steward.book import book_lines
    from ingestion.steward.book_file import write_book
    from orchestration.lock import refresh_lock

    settings = existing_home()
    with refresh_lock(settings):
        lines = book_lines(settings)
    if not lines:
        say("Отложенных названий нет, книга не записана.")
        return FINE
    write_book(path, lines)
    say(f"Вопросов: {len(lines)}. Книга: {path}\nОтветьте в столбце «Ответ» и выполните: vitrina match import {path}")
    return FINE


def import_book(
    path: Annotated[Path, typer.Argument(metavar="КНИГА.xlsx", help="Книга из vitrina match export с ответами.")],
    by: ByOption = None,
) -> int:
    """Применить ответы из книги. Строка с ошибкой называется, остальные применяются; код 1, если такая есть."""
    from ingestion.steward.answers_file import BOOK

    return _apply(existing_home(), path, BOOK, decided_by(by))


def accept_file(settings: "Settings", path: Path, by: str | None) -> int:
    """Apply the answers of a list with columns № and ИНН."""
    from ingestion.steward.answers_file import LIST

    return _apply(settings, path, LIST, by)


def _apply(settings: "Settings", path: Path, columns: tuple[tuple[str, ...], ...], by: str | None) -> int:
    from ingestion.steward.answers_file import apply_answers, read_answers
    from orchestration.audit.journal import Act
    from orchestration.lock import refresh_lock

    lines = read_answers(path, columns)
    with refresh_lock(settings):
        results = apply_answers(settings, lines, by)
    applied = [(one.number, one.became) for one in results if one.outcome == "applied" and one.became is not None]
    acts = [
        Act("match_answer", {"held_id": number, "rows_loaded": became.loaded, "rows_rejected": became.rejected})
        for number, became in applied
    ]
    journal(settings, acts, by)
    return _tell(results)


def _tell(results: "list[LineResult]") -> int:
    """Each line with an answer, then the sums; 1 when a line was refused."""
    from ingestion.report.wording import rows_in_words, they_wait
    from ingestion.steward.outcomes import Outcome

    rows = []
    became = [one.became for one in results if one.became is not None]
    for one in results:
        if one.outcome in {"empty", "postponed"}:
            continue
        done = one.became or Outcome()
        what = f"загружено {done.loaded}, отклонено {done.rejected}"
        if done.waiting:
            what += f", ждут следующего ответа {done.waiting}"
        if done.of_same_name:
            same = done.of_same_name
            what += f", ещё {rows_in_words(same)} этого имени {they_wait(same)} отдельного ответа"
        rows.append((str(one.row), one.number, OUTCOMES[one.outcome], what if one.became is not None else one.reason))
    if rows:
        show_table(None, ("Строка", "№", "Ответ", "Что со строками вопроса"), rows, right=(0, 1))
    counted = Counter[str](one.outcome for one in results)
    told = "; ".join(f"{OUTCOMES[outcome]}: {counted[outcome]}" for outcome in OUTCOMES if counted[outcome])
    loaded, rejected = sum(one.loaded for one in became), sum(one.rejected for one in became)
    say(f"Строк файла: {len(results)} ({told or 'ответов нет'}). Загружено строк: {loaded}, отклонено: {rejected}.")
    if counted["applied"]:
        say("Чтобы это попало в выпуск: vitrina refresh")
    if not counted["refused"]:
        return FINE
    complain("Исправьте непринятые строки и импортируйте книгу снова: применённые ответы повторно не действуют.")
    return WANTING


def accept_exact(settings: "Settings", by: str | None, *, yes: bool) -> int:
    """Accept the names that are an organisation's letter for letter, once somebody has looked at the list."""
    from ingestion.steward.batch import decide
    from ingestion.steward.exact import exact_matches
    from orchestration.audit.journal import Act
    from orchestration.lock import refresh_lock

    with refresh_lock(settings):
        found = exact_matches(settings)
    if not found:
        say("Названий, которые совпадают с реестром буква в букву и ни с чем иным, в очереди нет.")
        return FINE
    rows = [(str(one.held_id), one.name, one.municipality, f"{one.organisation_id} {one.known_name}") for one in found]
    show_table(None, ("№", "Название", "Муниципалитет", "Организация"), rows, right=(0,))
    # The lock is free while the question waits: the nightly refresh must not.
    if not yes and not is_confirmed(f"Принять ответов: {len(found)}?", "ничего не принято"):
        complain("Ничего не принято.")
        return WANTING
    with refresh_lock(settings):
        standing = {one.held_id: one for one in exact_matches(settings)}
        agreed = [one for one in found if standing.get(one.held_id) == one]
        done = decide(settings, [one.answer for one in agreed], by)
    acts = [
        Act(
            "match_accept",
            {
                "held_id": one.answer.held_id,
                "organisation": one.answer.organisation,
                "rows_loaded": one.outcome.loaded,
            },
        )
        for one in done
        if one.refusal is None
    ]
    journal(settings, acts, by)
    loaded = sum(one.outcome.loaded for one in done)
    say(f"Принято ответов: {len(done)}, загружено строк: {loaded}. Чтобы это попало в выпуск: vitrina refresh")
    return FINE
