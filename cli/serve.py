"""vitrina serve: dashboards and Dagster's interface and daemon on this machine."""

from typing import Annotated

import typer

from cli.console import say
from cli.home import get_settings

NAME = "serve"
HIGHEST_PORT = 65535


def command(
    host: Annotated[
        str,
        typer.Option("--host", metavar="АДРЕС", help="Адрес Dagster; без него 127.0.0.1.", show_default=False),
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(
            "--port", metavar="ПОРТ", help="Порт Dagster; без него 3000.", show_default=False, min=1, max=HIGHEST_PORT
        ),
    ] = 3000,
    superset_host: Annotated[
        str | None,
        typer.Option("--superset-host", metavar="АДРЕС", help="Адрес Superset; без него 127.0.0.1."),
    ] = None,
    superset_port: Annotated[
        int | None,
        typer.Option("--superset-port", metavar="ПОРТ", help="Порт Superset; без него 8088.", min=1, max=HIGHEST_PORT),
    ] = None,
    no_superset: Annotated[bool, typer.Option("--no-superset", help="Только Dagster, без дашбордов.")] = False,
) -> int:
    """Запустить дашборды (Superset), интерфейс Dagster и службу расписаний. Остановить: Ctrl-C.

    Первый запуск создаёт пароль администратора Superset и показывает его один раз. Дальше служба сама принимает новые
    файлы, обновляет витрины ночью и настраивает дашборды после каждого выпуска.
    """
    from bi.settings import SupersetSettings
    from orchestration.serve import serve

    given = {"host": superset_host, "port": superset_port}
    superset = SupersetSettings().model_copy(update={name: value for name, value in given.items() if value is not None})
    return serve(get_settings(), host, port, None if no_superset else superset, say)
