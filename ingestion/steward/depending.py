"""What keeps a decision from being taken back: later decisions and rows of other files that rest on it."""

import json
from collections import defaultdict

import duckdb
import polars as pl

from ingestion.errors import UserError
from ingestion.examine.row_keys import with_keys
from ingestion.steward.journal import Decision
from ingestion.steward.later_files import AliasRows
from ingestion.store.hold import restored_frame
from schemas.kinds import KINDS


def refuse_if_needed(connection: duckdb.DuckDBPyConnection, decision: Decision, later: AliasRows) -> None:
    """Raise UserError, naming it, when something rests on a decision."""
    held_id = decision.held_id
    number = _later_decision(connection, decision)
    if number is not None:
        raise UserError(
            f"Решение {held_id} не отменить: на нём держится решение {number}. Сначала отмените его: "
            f"vitrina match undo {number}"
        )
    log = next((KINDS[kind].title for kind, _ in later if KINDS[kind].partition_column), None)
    if log is not None or _is_in_log(connection, decision):
        raise UserError(
            f"Решение {held_id} не отменить: по нему загружены строки журнала активности, а журнал в очередь не "
            "возвращается. Пришлите его с ИНН организаций: строки с тем же ключом заменятся."
        )
    former = _rows_without_words(connection, decision, later)
    if former:
        raise UserError(
            f"Решение {held_id} не отменить: по нему прежней версией программы загружены строки файлов «{former}», и "
            "их слов она не сохранила. Пришлите эти файлы заново с ИНН организаций."
        )
    organisation = _registered(connection, decision)
    if organisation is not None:
        raise UserError(
            f"Решение {held_id} не отменить: по нему в реестре стоит организация {organisation}, у которой уже есть "
            "данные других файлов или решения."
        )
    if _employs(connection, decision):
        raise UserError(
            f"Решение {held_id} не отменить: по строкам кадров, которые оно загрузило, найдены организации документов "
            "о повышении квалификации. Пришлите файл «Кадры» заново с ИНН организации."
        )


def _later_decision(connection: duckdb.DuckDBPyConnection, decision: Decision) -> int | None:
    """A later decision on the same source rows, or one with a row rejected as a repeat of one of these."""
    found = connection.execute(
        "with own as (select distinct load_sequence, sheet, source_row from journal.held_row where held_id = $held_id)"
        " select question.held_id from journal.held_row as held join own using (load_sequence, sheet, source_row)"
        " join journal.held_name as question on question.held_id = held.held_id"
        " where question.held_id <> $held_id and question.status in ('accepted', 'rejected')"
        " and (question.decided_at, question.held_id) > ($decided_at, $held_id)"
        " order by question.decided_at desc, question.held_id desc limit 1",
        {"held_id": decision.held_id, "decided_at": decision.decided_at},
    ).fetchone()
    return int(found[0]) if found else _repeated_by(connection, decision)


def _repeated_by(connection: duckdb.DuckDBPyConnection, decision: Decision) -> int | None:
    """A decision for the same organisation, one of whose rows has the key of a row that this one loaded."""
    if decision.organisation_id is None:
        return None
    of_others = connection.execute(
        "select held.kind, held.load_sequence, held.held_id, held.sheet, held.source_row, held.payload"
        " from journal.held_row as held join journal.held_name as question using (held_id)"
        " where held.status = 'accepted' and held_id <> ? and question.decided_organisation_id = ?"
        " and held.load_sequence in (select load_sequence from journal.held_row where held_id = ?)",
        [decision.held_id, decision.organisation_id, decision.held_id],
    ).fetchall()
    loads: dict[tuple[str, int], list[tuple[int, str, int, str]]] = defaultdict(list)
    for kind, sequence, *row in of_others:
        loads[(kind, sequence)].append((row[0], row[1], row[2], row[3]))
    for (code, sequence), rows in loads.items():
        kind = KINDS[code]
        own = connection.execute(
            f"select row_key, sheet, source_row from raw.{code} where load_sequence = ? and match_rule = 'steward'"
            " and organisation_id = ? and (sheet, source_row) in (select (sheet, source_row) from journal.held_row"
            " where held_id = ?)",
            [sequence, decision.organisation_id, decision.held_id],
        ).fetchall()
        loaded = {key: (sheet, source_row) for key, sheet, source_row in own}
        frame = restored_frame(kind, [json.loads(payload) for *_, payload in rows]).with_columns(
            pl.lit(decision.organisation_id).alias("organisation_id"),
            pl.lit("organisation").alias("level"),
            pl.lit(None, pl.String).alias("territory_key"),
        )
        for key, (held_id, sheet, source_row, _) in zip(with_keys(frame, kind, None)["row_key"], rows, strict=True):
            if loaded.get(key, (sheet, source_row)) != (sheet, source_row):
                return held_id
    return None


def _is_in_log(connection: duckdb.DuckDBPyConnection, decision: Decision) -> bool:
    """Whether a log, which is read as a stream and keeps no words, was loaded through the accepted name."""
    alias = _alias(connection, decision)
    if alias is None:
        return False
    return any(
        connection.execute(
            f"select 1 from raw.{kind.code} where match_rule = 'alias' and organisation_id = ? limit 1",
            [decision.organisation_id],
        ).fetchone()
        for kind in KINDS.values()
        if kind.partition_column
    )


def _alias(connection: duckdb.DuckDBPyConnection, decision: Decision) -> object | None:
    if decision.organisation_id is None:
        return None
    return connection.execute(
        "select 1 from journal.alias where organisation_id = ? and (held_id = ? or held_id is null)",
        [decision.organisation_id, decision.held_id],
    ).fetchone()


def _rows_without_words(connection: duckdb.DuckDBPyConnection, decision: Decision, later: AliasRows) -> str | None:
    """Files with rows found through a name before their words were kept; None when there are none."""
    if _alias(connection, decision) is None:
        return None
    names: set[str] = set()
    for kind in (kind for kind in KINDS.values() if not kind.partition_column):
        rows = connection.execute(
            f"select distinct load.original_name from raw.{kind.code} as loaded join journal.load as load"
            " using (load_sequence) where loaded.match_rule = 'alias' and loaded.organisation_id = ?"
            " and loaded.loaded_at >= ? and not exists (select 1 from journal.alias_row as word where word.kind = ?"
            " and word.load_sequence = loaded.load_sequence and word.sheet = loaded.sheet"
            " and word.source_row = loaded.source_row and word.organisation_id = loaded.organisation_id)",
            [decision.organisation_id, decision.decided_at, kind.code],
        ).fetchall()
        names |= {str(name) for (name,) in rows}
    return ", ".join(sorted(names)) or None


def _registered(connection: duckdb.DuckDBPyConnection, decision: Decision) -> str | None:
    """An organisation that only rows of this decision name to the registry, and that something speaks of."""
    going = connection.execute(
        "select distinct registered.organisation_id from raw.organisation_registry as registered"
        " join journal.held_row as held on held.held_id = $held_id and held.kind = 'organisation_registry'"
        " and held.load_sequence = registered.load_sequence and held.sheet = registered.sheet"
        " and held.source_row = registered.source_row"
        " where not exists (select 1 from raw.organisation_registry as other"
        "   where other.organisation_id = registered.organisation_id and not exists (select 1 from journal.held_row"
        "   as own where own.held_id = $held_id and own.load_sequence = other.load_sequence"
        "   and own.sheet = other.sheet and own.source_row = other.source_row))",
        {"held_id": decision.held_id},
    ).fetchall()
    if not going:
        return None
    names = [name for (name,) in going]
    speaking = [
        f"select organisation_id from raw.{kind.code} where organisation_id in (select unnest($names::text[]))"
        f" or entity_id in (select unnest($names::text[]))"
        for kind in KINDS.values()
        if kind.organisation != "registry"
    ]
    speaking.append(
        "select organisation_id from journal.alias where organisation_id in (select unnest($names::text[]))"
    )
    found = connection.execute(" union all ".join(speaking) + " limit 1", {"names": names}).fetchone()
    return str(found[0]) if found else None


def _employs(connection: duckdb.DuckDBPyConnection, decision: Decision) -> bool:
    """Whether documents of people found their organisation through rows of the staff that a decision loaded."""
    documents = [kind.code for kind in KINDS.values() if kind.organisation == "from_staff"]
    return any(
        connection.execute(
            f"select 1 from raw.{code} as document join raw.staff as staff using (person_key, organisation_id)"
            " join journal.held_row as held on held.held_id = ? and held.kind = 'staff'"
            " and held.load_sequence = staff.load_sequence and held.sheet = staff.sheet"
            " and held.source_row = staff.source_row where document.match_rule = 'staff' limit 1",
            [decision.held_id],
        ).fetchone()
        for code in documents
    )
