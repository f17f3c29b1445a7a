"""vitrina add: put files into landing."""

from pathlib import Path
from typing import Annotated

import typer

from cli.console import say
from cli.home import get_settings
from cli.options import SetOption, declared_values

NAME = "add"


def command(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="ФАЙЛ...", help="Файлы выгрузок: XLSX, XLS, CSV, TSV, ODS, Parquet, XML (реестр аккредитации), ZIP."
        ),
    ],
    set_: SetOption = None,
    again: Annotated[
        bool,
        typer.Option("--again", help="Сделать снова действующими файлы, загруженные раньше и заменённые более новыми."),
    ] = False,
) -> int:
    """Положить файлы во входящие (landing); загрузит их vitrina refresh."""
    from ingestion.file_names import shown
    from ingestion.receive.landing import add_files

    put = add_files(get_settings(), files, declared_values(set_), again=again)
    for path in put:
        say(f"Принят во входящие: {shown(path.name)}")
    say(f"Файлов: {len(put)}. Дальше: vitrina refresh")
    return 0
