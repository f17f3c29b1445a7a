"""vitrina forget: remove a person from the core."""

from dataclasses import asdict
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Any

from typer.exceptions import TyperException

from cli.acts import journal
from cli.console import say, say_json
from cli.exits import FINE, WANTING, UsageError, complain
from cli.home import existing_home
from cli.options import JsonOption, YesOption
from cli.questions import hidden_line, is_confirmed
from cli.russian import RussianCommand

if TYPE_CHECKING:
    from foundation.settings import Settings
    from ingestion.forget import PersonRows

NAME = "forget"
FILES_NAMED = 20


class PrivateCommand(RussianCommand):
    """A verb whose usage errors never repeat what stands on the command line: it may be a СНИЛС."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read options; anything else is an error without its text."""
        try:
            return super().parse_args(ctx, args)
        except TyperException:
            raise UsageError(
                "У forget есть только --yes и --json. СНИЛС вводят в ответ на вопрос: из командной строки он попадает "
                "в историю оболочки. Если вы его там написали, удалите эту строку из истории.\n"
                "Справка: vitrina forget --help"
            ) from None


def command(
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> int:
    """Удалить из хранилища все строки о человеке. СНИЛС спросит и не покажет; нигде его не сохранит.

    Если ввод не с клавиатуры, СНИЛС - первая строка ввода, ответ на вопрос - вторая. Код 1, если о человеке нет строк.
    """
    from ingestion.forget import find_person, forget_person, person_key_of, secret_for_people
    from orchestration.archive_again import without_copy
    from orchestration.audit.journal import Act
    from orchestration.lock import refresh_lock

    settings = existing_home()
    secret = secret_for_people(settings)
    key = person_key_of(secret, hidden_line("СНИЛС (при вводе не виден)"))
    with refresh_lock(settings):
        found = find_person(settings, key)
    if not found.rows:
        return _nothing(as_json)
    # The lock is free while the question waits: the nightly refresh must not.
    if not yes and not is_confirmed(f"Будет удалено: {_in_words(found)}. Удалить?"):
        complain("Ничего не удалено.")
        return WANTING
    with refresh_lock(settings), without_copy(settings):
        removed = forget_person(settings, key)
    if not removed.rows:
        return _nothing(as_json)
    # Neither who was forgotten nor in which files: the journal is kept for good.
    journal(settings, [Act("forget", {"rows": removed.rows, "files": len(removed.files)})])
    if as_json:
        say_json(_values(removed))
    else:
        _say_what_next(settings, removed)
    return FINE


def _nothing(as_json: bool) -> int:
    if as_json:
        say_json({"rows": 0, "kinds": [], "files": []})
    complain(
        "Строк о человеке с таким СНИЛС в хранилище нет, ничего не удалено. Так не находятся строки, загруженные "
        "с другим секретом; отклонённые строки не хранятся, они есть только в файлах архива."
    )
    return WANTING


def _in_words(found: "PersonRows") -> str:
    """«Кадры — 1 строка, Журнал активности — 3 строки; файлов: 2»."""
    from ingestion.report.wording import rows_in_words

    kinds = [
        f"{kind.title} — {rows_in_words(kind.rows)}" + (f" (ждут решения: {kind.waiting})" if kind.waiting else "")
        for kind in found.kinds
    ]
    return f"{', '.join(kinds)}; файлов: {len(found.files)}"


def _values(found: "PersonRows") -> dict[str, Any]:
    return {
        "rows": found.rows,
        "kinds": [asdict(kind) for kind in found.kinds],
        "files": [
            {**asdict(file), "received_at": file.received_at.replace(tzinfo=UTC).isoformat(timespec="seconds")}
            for file in found.files
        ],
    }


def _say_what_next(settings: "Settings", removed: "PersonRows") -> None:
    say(f"Удалено: {_in_words(removed)}.")
    say("Что дальше:")
    say("  1. vitrina refresh пересчитает показатели. В прежних выпусках человек учтён в числах; людей в них нет.")
    archived = [file for file in removed.files if file.is_archived]
    if archived:
        names = ", ".join(f"«{file.name}»" for file in archived[:FILES_NAMED])
        more = f" и ещё {len(archived) - FILES_NAMED}" if len(archived) > FILES_NAMED else ""
        say(f"  2. В архиве остались исходные файлы с этим человеком ({len(archived)}): {names}{more}.")
        say(f"     Убрать из архива всё, что получено вместе с ними и раньше: {_purge(settings, removed)}")
    else:
        say("  2. Исходных файлов с этим человеком в архиве уже нет.")
    say("  3. Следующая выгрузка вернёт человека, если отправитель не уберёт его у себя: сообщите отправителю.")
    say("     Это касается и файлов, которые уже ждут во входящих.")


def _purge(settings: "Settings", removed: "PersonRows") -> str:
    """The command that empties the archive up to the day of the last of the files."""
    return f"vitrina purge --older-than {_last_day(settings, removed) + timedelta(days=1):%d.%m.%Y}"


def _last_day(settings: "Settings", removed: "PersonRows") -> date:
    from publishing.catalogue import local_time

    last = max(file.received_at for file in removed.files if file.is_archived)
    return local_time(settings, last.replace(tzinfo=UTC)).date()
