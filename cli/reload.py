"""vitrina reload: read the files of one kind again from the archive, and refresh."""

from typing import Annotated

import typer

from cli.console import progress_bar
from cli.exits import WANTING, UsageError, complain
from cli.home import existing_home
from cli.options import JsonOption, parse_date
from cli.refresh import tell_outcome

NAME = "reload"


def command(
    kind: Annotated[str, typer.Argument(metavar="ВИД", help="Код вида выгрузки, например headcount.")],
    since: Annotated[
        str | None, typer.Option("--since", metavar="ДАТА", help="Только файлы о днях не раньше этого.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="ДАТА", help="Только файлы о днях не позже этого.")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Перечитать из архива все загруженные файлы одного вида и обновить: после правки карты, справочника, программы.

    Файлы остаются на своём месте среди загрузок, решения об их строках сохраняются. Файл, которого в архиве больше нет
    или который не читается, остаётся загруженным как был. Код как у refresh; 1 и тогда, когда таких файлов нет.
    """
    from ingestion.errors import UserError
    from ingestion.store.reload import ReloadRequest, files_to_reload

    settings = existing_home()
    try:
        request = ReloadRequest(kind, parse_date(since), parse_date(until))
    except UserError as error:
        raise UsageError(str(error)) from None
    if not files_to_reload(settings, request):
        complain(
            f"Загруженных файлов вида {kind} за этот период нет, перечитывать нечего. Что загружено: vitrina status"
        )
        return WANTING
    from orchestration.run import run_refresh

    with progress_bar("Перечитывание") as progress:
        result = run_refresh(settings, progress, reload=request)
    return tell_outcome(settings, result, as_json=as_json)
