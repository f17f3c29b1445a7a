"""What went into a release, read from the journal of its build: files and the steward's decisions.

Enough to build the release again from the archive (`python -m orchestration.rebuild`), and nothing of people: what
was declared is about files, and a decision names its question by a row that asked it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb


@dataclass(frozen=True)
class InputFile:
    """A file that was loaded or refused; a member of a ZIP carries its container's hash beside its own."""

    name: str
    sha256: str
    container_sha256: str | None
    kind: str | None
    rows: int
    container_name: str | None = None
    received_at: datetime | None = None
    loaded_at: datetime | None = None
    period_start: date | None = None
    period_end: date | None = None
    declared: Mapping[str, str] | None = None
    """What `vitrina add --set` said of it."""
    load_sequence: int | None = None
    """Its place among all loads, which is not always that of its time (`vitrina add --again`)."""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "InputFile":
        """From manifest.json, also of a release made before files had all these fields."""
        return cls(**_with_times(values, ("received_at", "loaded_at"), ("period_start", "period_end")))


@dataclass(frozen=True)
class Decision:
    """What a steward decided of a held name (`vitrina match`): by one of the rows that asked, never by its text."""

    decided_at: datetime
    verdict: str
    """accepted, rejected"""
    organisation_id: str | None
    file_sha256: str
    sheet: str
    source_row: int
    kind: str
    name: str | None
    """The name of the organisation in that row, which may list several; empty where files speak of people."""
    region: str | None = None
    municipality: str | None = None
    """The place that the row means, of a decision about a place."""
    decided_by: str | None = None
    why: str | None = None
    undone_at: datetime | None = None
    """When the decision was taken back; what it did until then may have left traces."""
    undone_by: str | None = None
    undone_why: str | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Decision":
        """From manifest.json."""
        return cls(**_with_times(values, ("decided_at", "undone_at")))


def _with_times(values: Mapping[str, Any], moments: Iterable[str], days: Iterable[str] = ()) -> dict[str, Any]:
    """Values of JSON with moments and days for their texts. A release may name tens of thousands of files."""
    read = dict(values)
    for name in moments:
        if text := read.get(name):
            read[name] = datetime.fromisoformat(text)
    for name in days:
        if text := read.get(name):
            read[name] = date.fromisoformat(text)
    return read


def read_inputs(build: duckdb.DuckDBPyConnection) -> list[InputFile]:
    """Files that were loaded, each kind found in one apart, in the order of loading."""
    return _read_files(build, "load.outcome = 'loaded'")


def read_refused(build: duckdb.DuckDBPyConnection) -> list[InputFile]:
    """Files that were refused, or at which the program failed, and that no later attempt loaded."""
    return _read_files(
        build,
        "load.outcome <> 'loaded' and not exists (select 1 from journal.load as other where other.outcome = 'loaded'"
        " and other.file_sha256 = load.file_sha256 and (load.kind is null or load.kind = other.kind))",
    )


def _read_files(build: duckdb.DuckDBPyConnection, condition: str) -> list[InputFile]:
    rows = build.execute(
        f"""
        select load.original_name, load.file_sha256, load.container_sha256, load.kind, coalesce(load.rows_read, 0),
               received.container_name, load.received_at, load.loaded_at, load.period_start, load.period_end,
               received.declared, load.load_sequence
        from journal.load as load
        left join journal.received as received
            on received.file_sha256 = load.file_sha256 and received.kind is not distinct from load.kind
        where {condition}
        order by load.load_sequence
        """
    ).fetchall()
    return [InputFile(*(*file, json.loads(declared or "{}"), sequence)) for (*file, declared, sequence) in rows]


def read_decisions(build: duckdb.DuckDBPyConnection) -> list[Decision]:
    """The steward's decisions in the order they were taken, those taken back too, each by the first row that asked."""
    from schemas.kinds import KINDS  # noqa: PLC0415 - brings pandera, a second that reading a manifest need not wait

    rows = build.execute(
        """
        with decided as (
            select held_id, decided_at, case verdict when 'reject' then 'rejected' else 'accepted' end as verdict,
                   organisation_id, region, municipality, decided_by, why, undone_at, undone_by, undone_why
            from journal.decision
            union all
            -- Of decisions by an earlier version the journal has the questions alone.
            select held_id, decided_at, status, decided_organisation_id, decided_region, decided_municipality,
                   null, null, null, null, null
            from journal.held_name as question
            where status in ('accepted', 'rejected') and not exists (
                select 1 from journal.decision as known where known.held_id = question.held_id and undone_at is null
            )
        )
        select decided.decided_at, decided.verdict, decided.organisation_id, asking.file_sha256, asking.sheet,
               asking.source_row, asking.kind, question.name, decided.region, decided.municipality,
               decided.decided_by, decided.why, decided.undone_at, decided.undone_by, decided.undone_why
        from decided
        inner join journal.held_name as question on question.held_id = decided.held_id
        inner join (
            select held.*, row_number() over (
                partition by held.held_id order by held.load_sequence, held.sheet, held.source_row
            ) as place
            from journal.held_row as held
        ) as asking on asking.held_id = question.held_id and asking.place = 1
        order by decided.decided_at, question.held_id
        """
    ).fetchall()
    return [
        Decision(*(*asked, None if KINDS[asked[-1]].is_personal else name, *decided))
        for asked, name, decided in ((row[:7], row[7], row[8:]) for row in rows)
    ]
