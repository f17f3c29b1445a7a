"""vitrina restore: a backup back into an empty home."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.acts import journal
from cli.console import progress_bar, say
from cli.exits import FINE, WANTING, complain
from cli.home import get_settings
from cli.interruption import ended_in_order

if TYPE_CHECKING:
    from foundation.settings import Settings

NAME = "restore"


def command(file: Annotated[Path, typer.Argument(metavar="ФАЙЛ", help="Копия, записанная vitrina backup.")]) -> int:
    """Восстановить рабочую папку из копии. Папка VITRINA_HOME должна быть пуста (секрет в ней уже может лежать)."""
    from foundation.plural import plural
    from orchestration.audit.journal import Act
    from orchestration.restore import restore

    settings = get_settings()
    with ended_in_order(), progress_bar("Восстановление") as progress:
        contents, to_do = restore(settings, file.expanduser().absolute(), progress)
    taken = {"file": file.name, "made_at": contents.made_at, "release_id": contents.release_id}
    journal(settings, [Act("restore", {**taken, "files": len(contents.files)})])
    release = f"действует выпуск {contents.release_id}" if contents.release_id else "выпусков в копии нет"
    say(f"Восстановлено в {settings.home}: {plural(len(contents.files), 'файл', 'файла', 'файлов')}; {release}.")
    say(
        f"Копия сделана {_moment(settings, contents.made_at)}. Люди и файлы, удалённые позже (vitrina forget, vitrina "
        "purge), вернулись: удалите их снова. Когда это было, говорит audit.jsonl прежней папки."
    )
    for line in to_do:
        complain(f"Внимание: {line}")
    say("Дальше: vitrina verify, vitrina status, vitrina refresh")
    return WANTING if to_do else FINE


def _moment(settings: "Settings", made_at: str) -> str:
    from publishing.catalogue import local_time

    return f"{local_time(settings, datetime.fromisoformat(made_at)):%d.%m.%Y %H:%M}"
