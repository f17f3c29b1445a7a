"""vitrina verify: what lies in the home against what it says of itself."""

from cli.console import progress_bar, say
from cli.exits import FINE, WANTING, complain
from cli.home import existing_home

NAME = "verify"
SHOWN = 20


def command() -> int:
    """Сверить архив с хешами, выпуски с описями, журнал с архивом, журнал действий с ним самим. Ничего не меняет."""
    from foundation.plural import plural
    from orchestration.verification import verify

    with progress_bar("Сверка") as progress:
        verdict = verify(existing_home(), progress)
    say(
        f"Сверено: в архиве {plural(verdict.files, 'файл', 'файла', 'файлов')}, "
        f"{plural(verdict.releases, 'выпуск', 'выпуска', 'выпусков')}, "
        + ("журнал не прочитан." if verdict.receipts is None else f"записей о приёме {verdict.receipts}.")
    )
    if verdict.acts:
        lines = plural(verdict.acts, "строка", "строки", "строк")
        say(f"Журнал действий: {lines}, отпечаток последней {verdict.acts_head[:16]}.")
    for remark in verdict.remarks:
        say(remark)
    if verdict.is_whole:
        say("Расхождений нет.")
        return FINE
    for fault in verdict.faults[:SHOWN]:
        complain(fault)
    if len(verdict.faults) > SHOWN:
        complain(f"… и ещё {len(verdict.faults) - SHOWN}.")
    complain(f"Расхождений: {len(verdict.faults)}.")
    return WANTING
