"""A file whose very bytes are loaded already: nothing to do, unless a newer file has replaced them."""

from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from ingestion.report.file_report import FileReport, Outcome
from ingestion.store.numbers import stored_name
from ingestion.store.partitions import mark_changed, month_of
from ingestion.store.receipts import Receipt, next_place
from ingestion.store.standing import OF_A_LOAD
from ingestion.store.tables import transaction
from schemas.kinds import KINDS, Kind


@dataclass(frozen=True)
class Load:
    """A loaded part of a file, by its place among all loads."""

    kind: Kind
    sequence: int
    received_at: datetime


def known_report(connection: duckdb.DuckDBPyConnection, receipt: Receipt) -> FileReport:
    """What is said of a file that is loaded already; with `again` what newer files have replaced is active again."""
    name = receipt.member.name
    loads = _loads(connection, receipt.member.sha256)
    newer = [(load, by) for load in loads if (by := _replaced_by(connection, load)) is not None]
    if not newer:
        text = f"{name}: те же байты уже загружены {loads[0].received_at:%d.%m.%Y}, повторно не загружаются."
        return _report(connection, receipt, loads[0], "unchanged", text)
    load, by = newer[0]
    if receipt.again:
        for one, _ in newer:
            _make_active(connection, one)
        text = f"{name}: загруженное {load.received_at:%d.%m.%Y} снова действует, вместо более нового файла «{by}»."
        (first, *_) = _loads(connection, receipt.member.sha256)
        return _report(connection, receipt, first, "loaded", text)
    text = (
        f"{name}: те же байты уже загружены {load.received_at:%d.%m.%Y} и заменены более новым файлом «{by}»; сделать "
        f'снова действующим: vitrina add --again "{name}"'
    )
    return _report(connection, receipt, load, "unchanged", text)


def _report(
    connection: duckdb.DuckDBPyConnection, receipt: Receipt, load: Load, outcome: Outcome, text: str
) -> FileReport:
    report = FileReport(
        receipt.member.name, receipt.member.sha256, load.kind.code, load.kind.title, None, None, outcome,
        messages=(text,),
    )  # fmt: skip
    if outcome == "unchanged":
        return report
    counts = connection.execute(
        "select rows_read, rows_accepted, rows_rejected, rows_held, rows_ignored from journal.load"
        " where load_sequence = ?",
        [load.sequence],
    ).fetchone()
    assert counts is not None
    read, accepted, rejected, held, ignored = counts
    return replace(
        report, rows_read=read, rows_accepted=accepted, rows_rejected=rejected, rows_held=held, rows_ignored=ignored
    )


def _loads(connection: duckdb.DuckDBPyConnection, sha256: str) -> list[Load]:
    rows = connection.execute(
        "select kind, load_sequence, received_at from journal.load where file_sha256 = ? and outcome = 'loaded'"
        " order by load_sequence",
        [sha256],
    ).fetchall()
    return [Load(KINDS[kind], sequence, received_at) for kind, sequence, received_at in rows]


def _replaced_by(connection: duckdb.DuckDBPyConnection, load: Load) -> str | None:
    """The name of the latest file that has replaced rows of a load, by their key or by what it was sent for."""
    found = connection.execute(
        f"with newer as ({_newer_rows(load.kind)} union all"
        " select theirs.load_sequence from journal.load_scope as own join journal.load_scope as theirs"
        " using (scope_key) where own.load_sequence = $own and theirs.load_sequence > $own)"
        " select original_name from journal.load where load_sequence in (select load_sequence from newer)"
        " order by load_sequence desc limit 1",
        {"own": load.sequence},
    ).fetchone()
    return str(found[0]) if found else None


def _newer_rows(kind: Kind) -> str:
    if not kind.partition_column:
        return (
            f"select theirs.load_sequence from raw.{kind.code} as own join raw.{kind.code} as theirs using (row_key)"
            " where own.load_sequence = $own and theirs.load_sequence > $own"
        )
    # By the numbers that are stored: joining millions of rows by the text of their key takes minutes.
    key = ", ".join(stored_name(kind, name) for name in kind.key)
    rows = f"select * from bulk.{kind.code} join bulk.file using (file_sk) where load_sequence"
    return f"select theirs.load_sequence from ({rows} = $own) as own join ({rows} > $own) as theirs using ({key})"


def _make_active(connection: duckdb.DuckDBPyConnection, load: Load) -> None:
    """Give a load a place after all others: its rows, held ones too, and what it replaces go with it.

    Nothing is read anew, so that its rows are the same ones, and accounted for as before.
    """
    kind = load.kind
    rows = "bulk.file" if kind.partition_column else f"raw.{kind.code}"
    with transaction(connection):
        place = next_place(connection)
        for table in (rows, *OF_A_LOAD):
            connection.execute(f"update {table} set load_sequence = ? where load_sequence = ?", [place, load.sequence])
        if kind.partition_column:
            months = connection.execute(
                f"select distinct {month_of(kind)} from bulk.{kind.code} join bulk.file using (file_sk)"
                " where load_sequence = ?",
                [place],
            ).fetchall()
            mark_changed(connection, kind, (month for (month,) in months))
