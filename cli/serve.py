"""vitrina serve: Dagster's interface and daemon on this machine."""

from typing import Annotated

import typer

from cli.console import say
from schemas.settings import get_settings

NAME = "serve"


def command(
    host: Annotated[str, typer.Option("--host", metavar="АДРЕС", help="На каком адресе слушать.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="ПОРТ", help="Порт интерфейса Dagster.")] = 3000,
) -> int:
    """Запустить интерфейс Dagster и службу расписаний: ночное обновление и приём новых файлов. Остановить: Ctrl-C."""
    from orchestration.serve import serve

    return serve(get_settings(), host, port, say)
