"""One file into the build, in one transaction: rows, rejects, held rows and journal together or not at all."""

from dataclasses import dataclass, replace
from datetime import datetime

import duckdb
import polars as pl

from foundation.frames import registered
from ingestion.bulk.examine import BulkExamination
from ingestion.bulk.load import insert_parsed_rows
from ingestion.examine.examination import Examination
from ingestion.match import rules
from ingestion.match.registry import registry_version
from ingestion.read import Member
from ingestion.recognise.as_written import AS_WRITTEN
from ingestion.store.differences import Differences, differences
from ingestion.store.hold import hold_rows
from ingestion.store.partitions import mark_changed
from ingestion.store.receipts import Receipt, now, record_state, take_place
from ingestion.store.scopes import scope_key
from ingestion.store.tables import append_rows, raw_columns, transaction
from schemas.kinds import Kind
from schemas.personal import mask_quote


@dataclass(frozen=True)
class Origin:
    """The load to which rows belong; rows held and settled later keep the load of their file."""

    sha256: str
    sequence: int
    received_at: datetime
    sender: str | None


def load_examination(connection: duckdb.DuckDBPyConnection, receipt: Receipt, examination: Examination) -> Differences:
    """Write an examined file and that it waits no longer; returns what it changed against what it supersedes."""
    with transaction(connection):
        return write_examination(connection, receipt, examination)


def write_examination(connection: duckdb.DuckDBPyConnection, receipt: Receipt, examination: Examination) -> Differences:
    """As load_examination, within the caller's transaction."""
    sequence = take_place(connection, receipt, examination.kind.code)
    origin = Origin(receipt.member.sha256, sequence, receipt.received_at, examination.sender)
    # Before the rows: what the file replaces decides which earlier rows it withdraws.
    _write_scopes(connection, receipt, sequence, examination)
    changed = _insert(connection, examination, origin)
    write_rejects(connection, receipt.member, examination)
    if examination.ignored:
        ignored = [(receipt.member.sha256, *one) for one in examination.ignored]
        connection.executemany("insert into journal.ignored values (?, ?, ?, ?)", ignored)
    hold_rows(connection, examination.kind, examination.held, receipt.member.sha256, sequence)
    _write_journal(connection, receipt, sequence, examination, changed.rows_changed)
    record_state(connection, replace(receipt, starts=examination.starts), examination.kind.code, "done")
    return changed


def _insert(connection: duckdb.DuckDBPyConnection, examination: Examination, origin: Origin) -> Differences:
    """The accepted rows; what they change against what they supersede."""
    if isinstance(examination, BulkExamination):
        of_file = (origin.sha256, origin.received_at, now(), origin.sender)
        return insert_parsed_rows(connection, examination, of_file, origin.sequence)
    insert_rows(connection, examination.kind, examination.accepted, origin)
    return differences(connection, examination.kind, origin.sequence)


def insert_rows(
    connection: duckdb.DuckDBPyConnection,
    kind: Kind,
    frame: pl.DataFrame,
    origin: Origin,
) -> None:
    """Append accepted rows to raw.<kind>; `frame` has the kind's columns, the organisation and the keys."""
    if not frame.height:
        return
    complete = frame.with_columns(
        pl.lit(origin.sha256).alias("file_sha256"),
        pl.lit(origin.sequence, pl.Int64).alias("load_sequence"),
        pl.lit(origin.received_at).alias("received_at"),
        pl.lit(now()).alias("loaded_at"),
        pl.lit(origin.sender, pl.String).alias("sender"),
        pl.concat_str(
            [pl.lit(origin.sha256), pl.col("sheet"), pl.col("source_row").cast(pl.String), pl.col("row_key")],
            separator="|",
        ).alias("row_id"),
    )
    # Of people nothing is kept as written, whatever the frame holds.
    columns = [name for name in raw_columns(kind) if not (kind.is_personal and name == AS_WRITTEN)]
    append_rows(connection, kind, complete.select(columns))
    _remember_words(connection, kind, complete)
    if kind.partition_column:
        mark_changed(connection, kind, complete[kind.partition_column].dt.month_start().unique().to_list())


def _remember_words(connection: duckdb.DuckDBPyConnection, kind: Kind, frame: pl.DataFrame) -> None:
    """By which words rows were found, through a steward's decision or by a name alone.

    They wait again when the decision is taken back, or when the registry learns another organisation of the name.
    """
    for rule in ("alias", "name"):
        found = frame.filter(pl.col("match_rule") == rule)
        if not found.height:
            continue
        masked = pl.col("organisation_name").map_elements(mask_quote, return_dtype=pl.String)
        system = "system_text" if "system_text" in found.columns else None
        words = found.select(
            pl.lit(kind.code).alias("kind"), "file_sha256", "load_sequence", "sheet", "source_row", "organisation_id",
            masked.alias("name"), "municipality", "region",
            (pl.col(system) if system else pl.lit(None, pl.String)).alias("system_text"),
        ).unique(maintain_order=True)  # fmt: skip
        if rule == "name":
            asked = {"registry": registry_version(connection), "rules": rules.rules_digest()}
            words = words.with_columns(pl.lit(version).alias(name) for name, version in asked.items())
        with registered(connection, "incoming_words", words):
            connection.execute(f"insert into journal.{rule}_row by name select * from incoming_words")


def write_rejects(connection: duckdb.DuckDBPyConnection, member: Member, examination: Examination) -> None:
    rows = [
        (member.sha256, one.sheet, one.source_row, one.column, one.rule, one.message(member.name), one.severity)
        for one in examination.problems
    ]
    if rows:
        names = ("file_sha256", "sheet", "source_row", "column_name", "rule", "message", "severity")
        with registered(connection, "incoming_rejects", pl.DataFrame(rows, schema=names, orient="row")):
            connection.execute("insert into journal.reject select * from incoming_rejects")


def _write_scopes(
    connection: duckdb.DuckDBPyConnection, receipt: Receipt, sequence: int, examination: Examination
) -> None:
    """What this file replaces, also where all its rows of a period are held and none is accepted yet."""
    scopes = set(examination.accepted["scope_key"].drop_nulls().to_list()) if examination.accepted.height else set()
    if examination.kind.scope and examination.sender:
        for held in examination.held:
            parts = [held.payload.get(name) for name in examination.kind.scope]
            if all(part is not None for part in parts):
                scopes.add(scope_key(examination.kind.code, examination.sender, parts))
    if scopes:
        connection.executemany(
            "insert into journal.load_scope values (?, ?, ?)",
            [(receipt.member.sha256, sequence, scope) for scope in sorted(scopes)],
        )


def _write_journal(
    connection: duckdb.DuckDBPyConnection, receipt: Receipt, sequence: int, examination: Examination, changed: int
) -> None:
    member = receipt.member
    connection.execute(
        "insert into journal.load values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'loaded', null, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            sequence, member.sha256, member.container_sha256, examination.kind.code, examination.system_code,
            examination.sender, member.name, member.size_bytes, receipt.received_at, now(), *examination.period,
            examination.rows_read, examination.rows_accepted, examination.rows_rejected, examination.rows_held,
            examination.rows_ignored, changed,
        ],
    )  # fmt: skip
