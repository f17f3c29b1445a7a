"""Options several verbs share."""

import re
from datetime import date, datetime, time
from typing import Annotated

import typer

from cli.exits import UsageError

SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="КЛЮЧ=ЗНАЧЕНИЕ",
        help="Чего нет в самом файле, например «Дата среза=2024-12-01». Можно повторять.",
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Не спрашивать подтверждения.")]
ByOption = Annotated[
    str | None,
    typer.Option("--by", metavar="КТО", help="Кто решил, для журнала; без неё имя пользователя системы."),
]
WhyOption = Annotated[str | None, typer.Option("--why", metavar="ТЕКСТ", help="На чём основано, для журнала.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Ответ в JSON, для программ.")]

AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="ДАТА|ВЫПУСК", help="Как было опубликовано к концу дня (можно со временем) или выпуском."
    ),
]
RELEASE_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")


def declared_values(pairs: list[str] | None) -> dict[str, str]:
    """--set КЛЮЧ=ЗНАЧЕНИЕ as a mapping."""
    declared = {}
    for pair in pairs or []:
        key, separator, value = pair.partition("=")
        if not separator or not key.strip() or not value.strip():
            raise UsageError(
                f'--set «{pair}»: нужно КЛЮЧ=ЗНАЧЕНИЕ, например --set "Отправитель=МКУ Управление образования".'
            )
        declared[key.strip()] = value.strip()
    return declared


def parse_as_of(text: str | None) -> date | str | None:
    """A day, a moment of local time, or the id of a release as it is."""
    if text is None or RELEASE_ID.fullmatch(text):
        return text
    day, separator, clock = text.strip().replace("T", " ").partition(" ")
    found = parse_date(day)
    if not separator or found is None:
        return found
    try:
        return datetime.combine(found, time.fromisoformat(clock.strip()))
    except ValueError:
        raise UsageError(f"«{clock}» не время: нужно ЧЧ:ММ или ЧЧ:ММ:СС.") from None


def parse_date(text: str | None) -> date | None:
    """A date as 2026-11-21 or 21.11.2026."""
    if text is None:
        return None
    parts = text.split(".")
    iso = "-".join(reversed(parts)) if len(parts) == 3 else text
    try:
        return date.fromisoformat(iso)
    except ValueError:
        raise UsageError(f"«{text}» не дата: нужно ГГГГ-ММ-ДД или ДД.ММ.ГГГГ (или идентификатор выпуска).") from None


def decided_by(given: str | None) -> str | None:
    """Who decides: whoever is named, else the user of the system; None where the system does not tell."""
    if given is not None and given.strip():
        return given.strip()
    from foundation.actor import system_user

    return system_user()
