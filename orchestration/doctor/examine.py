"""All checks, in order; one that fails itself is a finding, not the end."""

from collections.abc import Callable

from foundation.settings import Settings
from orchestration.doctor.disk import check_disk
from orchestration.doctor.finding import Finding
from orchestration.doctor.home import (
    check_clock,
    check_permissions,
    check_secret,
    check_superset_versions,
    check_versions,
)
from orchestration.doctor.nights import check_alerts, check_last_night, check_schedule
from orchestration.failures import describe_failure

CHECKS: dict[str, tuple[str, Callable[[Settings], list[Finding]]]] = {
    "disk": ("Диск", check_disk),
    "permissions": ("Права", check_permissions),
    "secret": ("Секрет", check_secret),
    "versions": ("Версии", check_versions),
    "superset": ("Дашборды", check_superset_versions),
    "clock": ("Часы", check_clock),
    "schedule": ("Расписание", check_schedule),
    "last_night": ("Последняя ночь", check_last_night),
    "alerts": ("Оповещения", check_alerts),
}
"""What is looked at, under which heading people see it."""


def examine(settings: Settings, progress: Callable[[str], None] | None = None) -> list[Finding]:
    """Look at everything. Nothing is changed, nothing sent."""
    if not settings.home.is_dir():
        return [Finding("permissions", "bad", f"рабочей папки {settings.home} нет", "VITRINA_HOME или vitrina init")]
    findings = []
    for code, (title, check) in CHECKS.items():
        if progress:
            progress(title)
        try:
            findings += check(settings)
        except Exception as error:
            told = f"проверить не удалось: {describe_failure(error)}"
            findings.append(Finding(code, "bad", told, "исправить причину и повторить: vitrina doctor"))
    return findings
