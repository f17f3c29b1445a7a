"""vitrina backup: everything that cannot be made again, in one file."""

from pathlib import Path
from typing import Annotated

import typer

from cli.acts import journal
from cli.console import progress_bar, say
from cli.exits import FINE
from cli.home import existing_home
from cli.interruption import ended_in_order

NAME = "backup"


def command(
    file: Annotated[
        Path, typer.Argument(metavar="ФАЙЛ", help="Куда записать копию, например vitrina-2026-11-30.tar.gz.")
    ],
) -> int:
    """Записать резервную копию рабочей папки. Можно во время обновления: копия начнётся сразу после него."""
    from foundation.plural import plural
    from orchestration.audit.journal import Act
    from orchestration.backup import back_up

    settings = existing_home()
    with ended_in_order(), progress_bar("Резервная копия") as progress:
        contents = back_up(settings, file.expanduser().absolute(), progress)
    journal(
        settings, [Act("backup", {"file": file.name, "files": len(contents.files), "release_id": contents.release_id})]
    )
    size = f"{file.expanduser().stat().st_size / 1_000_000:.1f}".replace(".", ",")
    said = f"{plural(len(contents.files), 'файл', 'файла', 'файлов')}, {size} МБ"
    release = f"выпуск {contents.release_id}" if contents.release_id else "выпусков ещё нет"
    say(f"Копия записана: {file} ({said}; {release}).")
    say("В ней исходные файлы, в том числе с данными людей: храните её как архив. Секрета в ней нет.")
    say("Проверить: VITRINA_HOME=/пустая/папка vitrina restore ФАЙЛ, затем vitrina verify")
    return FINE
