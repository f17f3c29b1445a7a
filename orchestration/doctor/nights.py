"""The nights: whether they are scheduled, how the last one went, whether people hear of a bad one."""

import time
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError

from foundation.settings import Settings
from orchestration.alerts.attend import undelivered, wrong_setting
from orchestration.alerts.channels import DeliveryError, channels
from orchestration.alerts.settings import AlertSettings
from orchestration.doctor.finding import Finding
from orchestration.last_refresh import last_success, read_last_refresh
from orchestration.lock import refresh_is_running
from publishing.catalogue import local_time

SCHEDULE = "nightly"
SILENT_SECONDS = 300
"""The daemon gives a sign of life every 30 seconds; Dagster itself waits this long."""


def check_schedule(settings: Settings) -> list[Finding]:
    """The daemon's sign of life, and the schedule: valid, and not switched off in Dagster's interface."""
    import dagster as dg  # noqa: PLC0415 - takes seconds, and no other check needs it

    from orchestration.instance import dagster_instance  # noqa: PLC0415
    from orchestration.triggers import nightly_schedule  # noqa: PLC0415

    try:
        nightly_schedule(settings, "nightly_refresh")
    except dg.DagsterError:
        told = f"расписание «{settings.refresh_cron}» ({settings.timezone}) не годится"
        return [Finding("schedule", "bad", told, "VITRINA_REFRESH_CRON, например «0 2 * * *», и VITRINA_TIMEZONE")]
    said = f"«{settings.refresh_cron}» ({settings.timezone})"
    by_cron = "запустить службу: vitrina serve (или systemctl start vitrina); обновляет cron - оставить как есть"
    if not (settings.dagster_home / "dagster.yaml").is_file():
        return [
            Finding("schedule", "warn", f"служба здесь ещё не запускалась, расписание {said} не действует", by_cron)
        ]
    with dagster_instance(settings) as instance:
        beats = instance.get_daemon_heartbeats()
        stopped = {one.instigator_name for one in instance.all_instigator_state() if one.status.value == "STOPPED"}
    last = max((beat.timestamp for beat in beats.values()), default=None)
    if SCHEDULE in stopped:
        step = "включить: Dagster, Automation, nightly"
        return [Finding("schedule", "bad", f"расписание {said} выключено в интерфейсе Dagster", step)]
    if last is None:
        return [Finding("schedule", "warn", f"служба не работала, расписание {said} не действует", by_cron)]
    if time.time() - last > SILENT_SECONDS:
        when = local_time(settings, datetime.fromtimestamp(last, UTC))
        return [Finding("schedule", "warn", f"служба не подаёт признаков жизни с {when:%d.%m.%Y %H:%M}", by_cron)]
    if any(beat.errors for beat in beats.values()):
        step = f"причина: {settings.dagster_home / 'services' / 'dagster-daemon.log'}"
        return [Finding("schedule", "bad", "служба работает с ошибками", step)]
    return [Finding("schedule", "ok", f"служба работает, расписание {said}")]


def check_last_night(settings: Settings) -> list[Finding]:
    """How the last refresh ended, and whether refreshes still come."""
    last = read_last_refresh(settings)
    if last is None:
        return [Finding("last_night", "warn", "обновлений ещё не было", "vitrina add ФАЙЛ…, затем vitrina refresh")]
    if last["outcome"] == "failed":
        step = f"исправить причину и выполнить: vitrina refresh. Журнал: {settings.reports / 'refresh.log'}"
        return [Finding("last_night", "bad", f"выпуск не опубликован: {last['first_cause']}", step)]
    if last["outcome"] == "running" and not refresh_is_running(settings):
        return [
            Finding(
                "last_night", "warn", "последнее обновление прервано", "продолжит следующее; сейчас: vitrina refresh"
            )
        ]
    success = last_success(last)
    told = (
        f"последнее удачное обновление {local_time(settings, success):%d.%m.%Y %H:%M}" if success else "удачных не было"
    )
    longest = timedelta(hours=_longest_hours())
    if success is None or datetime.now(UTC) - success > longest:
        step = "проверить расписание (выше); обновить сейчас: vitrina refresh"
        return [Finding("last_night", "bad", f"{told}: дольше {longest.total_seconds() / 3600:g} ч", step)]
    if failed := [file["original_name"] for file in last["files"] if file["outcome"] == "failed"]:
        told += f", но не обработано файлов: {len(failed)}, первый: {failed[0]}"
        return [Finding("last_night", "warn", told, "что с ними: vitrina status")]
    if last.get("warnings"):
        return [Finding("last_night", "warn", f"{told}, с предупреждениями: {last['warnings'][0]}", "vitrina status")]
    return [Finding("last_night", "ok", told)]


def check_alerts(settings: Settings) -> list[Finding]:
    """Whether people would hear of a bad night: each channel says hello, nothing is sent."""
    try:
        ways = channels(AlertSettings())
    except ValidationError as error:
        return [Finding("alerts", "bad", wrong_setting(error), "исправить: docs/operator.md, раздел «Оповещения»")]
    if not ways:
        step = "VITRINA_ALERT_EMAIL_TO, VITRINA_ALERT_SMTP_HOST или VITRINA_ALERT_WEBHOOK_URL"
        return [Finding("alerts", "warn", "оповещения не настроены: о плохой ночи никто не узнает", step)]
    findings = []
    for way in ways:
        try:
            way.greet()
        except DeliveryError as error:
            step = "исправить настройку или сервер; проверить: vitrina alert --test"
            findings.append(Finding("alerts", "bad", f"{way.title}: {error}", step))
        else:
            findings.append(Finding("alerts", "ok", f"{way.title}: сервер отвечает"))
    late = [f"{one['channel']}: {one['reason']}" for one in undelivered(settings)]
    return findings + [Finding("alerts", "warn", f"не доставлено ({one})", "vitrina alert") for one in late]


def _longest_hours() -> float:
    try:
        return AlertSettings().max_age_hours
    except ValidationError:
        return float(AlertSettings.model_fields["max_age_hours"].default)
