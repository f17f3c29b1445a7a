"""What a refresh did: its files, its release or the first cause of its failure."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from foundation.settings import Settings
from ingestion.report.file_report import FileReport
from orchestration.audit.journal import Act, published_releases, record
from orchestration.failures import describe_failure, trace_without_values
from orchestration.last_refresh import last_success, read_last_refresh, write_last_refresh
from orchestration.metrics import write_metrics
from orchestration.progress import tell
from orchestration.room import cause_of
from publishing.catalogue import current_release, local_time
from publishing.release import new_release_id

ALERTS = logging.getLogger("vitrina.refresh")

FULL_TAG = "vitrina/full"
"""The tag of a run that computes every period anew."""
SECOND_TAG = "vitrina/second_attempt"
"""The tag of a run that follows one that failed, to publish without what made it fail."""
Outcome = Literal["running", "published", "failed", "partial"]


class StepFailedError(Exception):
    """A step of the refresh failed; the message is Russian and free of data."""


@dataclass
class RefreshRecord:
    """Collected while a refresh runs; written to reports/last_refresh.json when it ends."""

    settings: Settings
    release_id: str = field(default_factory=new_release_id)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    finished_at: datetime | None = None
    last_success: datetime | None = field(init=False, default=None)
    """When a refresh last went well, this one or one before it: monitors ask for it, also while one runs or after one
    has failed."""
    after_a_good_night: bool = field(init=False, default=True)
    """Whether the refresh before this one published, or there was none."""
    published: bool = False
    first_cause: str | None = None
    second_attempt: bool = False
    """Whether another refresh may publish where this one failed."""
    build_date: date = field(init=False)
    """The day that counts as today throughout the refresh, also when it runs past midnight."""
    reports: list[FileReport] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What people may like to know, a steward about rows that wait; nothing went wrong."""
    warnings: list[str] = field(default_factory=list)
    """What went wrong and did not keep the release from being published: people must see it."""

    def __post_init__(self) -> None:
        last = read_last_refresh(self.settings)
        self.last_success = last_success(last)
        self.after_a_good_night = last is None or last.get("outcome") == "published"
        self.build_date = self.settings.day_of_build()

    @property
    def outcome(self) -> Outcome:
        if self.first_cause is not None:
            return "failed"
        if self.published:
            return "published"
        return "partial" if self.finished_at else "running"

    def add_reports(self, reports: Iterable[FileReport]) -> None:
        """Remember what became of files."""
        self.reports.extend(reports)

    def fail(self, cause: str) -> None:
        """Keep the first cause; what fails after it is a consequence."""
        if self.first_cause is None:
            self.first_cause = cause

    def warn(self, text: str) -> None:
        """Keep what people should know about a refresh that succeeded."""
        self.warnings.append(text)
        ALERTS.warning("%s", text)

    def journal(self, act: Act) -> None:
        """Add an act to the journal of acts; a journal that cannot be written stops no night."""
        try:
            record(self.settings, [act])
        except OSError as error:
            self.warn(f"в журнал действий не записано ({act.action}): {describe_failure(error)}")

    def journal_cut_short(self) -> None:
        """Tell of a release whose refresh was killed between publishing it and saying so.

        Releases of a home that has no journal yet were published by an earlier version, and nobody knows by whom.
        """
        try:
            known, standing = published_releases(self.settings), current_release(self.settings)
        except OSError as error:
            self.warn(f"журнал действий не читается: {describe_failure(error)}")
            return
        if known and standing is not None and standing.release_id not in known:
            files = len(standing.inputs)
            self.journal(Act("publish", {"release_id": standing.release_id, "files": files, "recorded": "later"}))

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Run a step: tell its title, turn any failure into a cause free of data."""
        tell(title)
        try:
            yield
        except StepFailedError:
            raise
        except Exception as error:
            cause = cause_of(self.settings, error)
            self.fail(cause)
            ALERTS.debug("%s\n%s", title, trace_without_values(error))
            raise StepFailedError(cause) from None

    def begin(self) -> None:
        """Leave a trace of the start: a refresh killed half way shows as running or interrupted."""
        self._write()

    def finish(self) -> None:
        """Write the outcome; a failure raises one alert with its first cause."""
        self.finished_at = datetime.now(UTC)
        if self.published:
            self.last_success = self.finished_at
        if self.outcome == "failed":
            ALERTS.error("%s", self.alert_text())
        try:
            self._write()
            write_metrics(self.settings, self.as_dict())
        except OSError as error:  # a full disk: people are told all the same, from what this record holds
            ALERTS.error("исход обновления не записан: %s", describe_failure(error))

    def alert_text(self) -> str:
        """«Выпуск не опубликован: … Действует выпуск от …»."""
        cause = (self.first_cause or "причина не установлена").rstrip(".")
        standing = current_release(self.settings)
        if standing is None:
            return f"Выпуск не опубликован: {cause}. Прежнего выпуска нет."
        published = local_time(self.settings, standing.published_at)
        return f"Выпуск не опубликован: {cause}. Действует выпуск от {published:%d.%m.%Y}."

    def as_dict(self) -> dict[str, Any]:
        """Values for JSON."""
        return {
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "finished_at": self.finished_at.isoformat(timespec="seconds") if self.finished_at else None,
            "outcome": self.outcome,
            "succeeded_at": self.last_success.isoformat(timespec="seconds") if self.last_success else None,
            "release_id": self.release_id if self.published else None,
            "first_cause": self.first_cause,
            "second_attempt": self.second_attempt,
            "notes": self.notes,
            "warnings": self.warnings,
            "files": [report.as_dict() for report in self.reports],
        }

    def _write(self) -> None:
        write_last_refresh(self.settings, self.as_dict())
