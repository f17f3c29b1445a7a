"""Is what is due by the calendar of submissions there: a check a kind, so that Dagster's pages show who is late.

The data are there or not, whatever the checks say: they warn, and keep nothing from being published.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from foundation.settings import Settings
from orchestration.failures import describe_failure
from orchestration.record import RefreshRecord
from publishing.reader import open_release
from publishing.status import Late, late_submissions
from schemas.kinds import KINDS

CHECK = "submitted_by_calendar"
TITLE = "Сдано ли то, чему по календарю прошёл срок (docs/calendar.md)"


def calendar_checks(settings: Settings) -> dg.AssetChecksDefinition:
    """One question to the release, one answer a kind; only after a release is published."""
    release = dg.AssetKey("release")
    specs = [
        dg.AssetCheckSpec(CHECK, asset=dg.AssetKey(["raw", kind]), additional_deps=[release], description=TITLE)
        for kind in KINDS
    ]

    @dg.multi_asset_check(name=CHECK, specs=specs, can_subset=True)
    def submitted_by_calendar(refresh_record: dg.ResourceParam[RefreshRecord]) -> Iterator[dg.AssetCheckResult]:
        late = _late(settings, refresh_record)
        for kind in KINDS:
            yield _unknown(kind) if late is None else _result(kind, [one for one in late if one.kind == kind])

    return submitted_by_calendar


def _late(settings: Settings, record: RefreshRecord) -> list[Late] | None:
    """None when the release cannot be asked: it stands all the same."""
    try:
        with open_release(settings) as connection:
            return late_submissions(connection)
    except Exception as error:
        record.warn(f"календарь сдачи не показан в Dagster: {describe_failure(error)}")
        return None


def _unknown(kind: str) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(["raw", kind]),
        check_name=CHECK,
        passed=False,
        severity=dg.AssetCheckSeverity.WARN,
        description="Не проверено: выпуск не открылся.",
    )


def _result(kind: str, late: Sequence[Late]) -> dg.AssetCheckResult:
    places = sum(one.places_late for one in late)
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(["raw", kind]),
        check_name=CHECK,
        passed=not late,
        severity=dg.AssetCheckSeverity.WARN,
        description=_in_words(late),
        metadata={"places_late": places, **{one.duty_code: dg.MetadataValue.json(_duty(one)) for one in late}},
    )


def _in_words(late: Sequence[Late]) -> str:
    if not late:
        return "Просроченного нет."
    return "; ".join(_duty_in_words(one) for one in late) + "."


def _duty_in_words(one: Late) -> str:
    system = f"{one.system_title}, " if one.system_title else ""
    due = f", срок {one.due_day:%d.%m.%Y}" if one.due_day else ""
    older = f", и за прежние периоды: {one.older_periods}" if one.older_periods else ""
    if not one.places_late:
        return f"{system}{one.period_title} сдано{older}"
    return f"{system}{one.period_title}{due}: не сдали {one.places_late} из {one.places_expected}{older}"


def _duty(one: Late) -> dict[str, Any]:
    """Names of territories only: the calendar knows no people."""
    return {
        "period": one.period,
        "due_day": one.due_day.isoformat() if one.due_day else None,
        "days_late": one.days_late,
        "places_late": one.places_late,
        "places_expected": one.places_expected,
        "missing": list(one.missing),
        "older_periods": one.older_periods,
    }
