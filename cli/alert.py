"""vitrina alert: tell people what needs them, now; or try whether a message arrives."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import say
from cli.exits import FINE, WANTING, UsageError, complain
from cli.home import existing_home

if TYPE_CHECKING:
    from orchestration.alerts.attend import Attempt

NAME = "alert"


def command(
    test: Annotated[bool, typer.Option("--test", help="Отправить пробное сообщение по всем каналам.")] = False,
) -> int:
    """Отправить оповещение, если что-то требует человека и об этом ещё не сказано. Код 1, если оно не доставлено.

    После обновления и каждый час (vitrina serve) это делается само. Каналы задают переменные VITRINA_ALERT_….
    """
    from orchestration.alerts.attend import attend, send_try
    from orchestration.alerts.settings import AlertSettings

    settings = existing_home()
    if not AlertSettings().has_channel:
        raise UsageError(
            "оповещения не настроены: задайте VITRINA_ALERT_EMAIL_TO и VITRINA_ALERT_SMTP_HOST либо "
            "VITRINA_ALERT_WEBHOOK_URL (docs/operator.md, раздел «Оповещения»)."
        )
    attempts = send_try(settings) if test else attend(settings)
    if not attempts:
        say("Сообщать не о чем: всё в порядке либо о неполадке уже сказано. Проверить доставку: vitrina alert --test")
    failed = sum(_tell(attempt) for attempt in attempts)
    return WANTING if failed else FINE


def _tell(attempt: "Attempt") -> bool:
    """Say what came of one message; whether it failed."""
    if attempt.failure is not None:
        complain(f"Не доставлено ({attempt.title}): {attempt.failure}. Повтор: vitrina alert")
        return True
    say(f"Доставлено ({attempt.title}): {attempt.message.subject}")
    if attempt.remark:
        complain(f"Внимание: {attempt.remark}")
    return False
