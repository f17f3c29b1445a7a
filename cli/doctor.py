"""vitrina doctor: whether the machine is fit for the nights to come."""

from cli.console import progress_bar, say, say_json
from cli.exits import FINE, WANTING
from cli.home import get_settings
from cli.options import JsonOption

NAME = "doctor"
MARKS = {"ok": "в порядке", "warn": "внимание ", "bad": "плохо    "}


def command(as_json: JsonOption = False) -> int:
    """Проверить диск, права, секрет, версии, часы, расписание, последнюю ночь, оповещения. Ничего не меняет.

    Код 1, если что-то плохо.
    """
    from orchestration.doctor.examine import CHECKS, examine

    with progress_bar("Проверка") as progress:
        findings = examine(get_settings(), progress)
    if as_json:
        say_json([finding.as_dict() for finding in findings])
    else:
        for finding in findings:
            say(f"{MARKS[finding.level]}  {CHECKS[finding.check][0]}: {finding.what}")
            if finding.next_step:
                say(f"{'':9}  Что сделать: {finding.next_step}")
    return WANTING if any(finding.level == "bad" for finding in findings) else FINE
