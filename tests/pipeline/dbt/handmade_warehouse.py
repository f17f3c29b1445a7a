"""A build file made by hand: journal, raw tables and reference as ingestion would leave them, then dbt over it."""

import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from foundation.frames import frame_of
from foundation.settings import Settings
from ingestion.store.partitions import mark_unknown
from ingestion.store.tables import append_rows, create_tables, raw_columns
from publishing.previous import carry_previous_release
from schemas.kinds import KINDS, Kind
from schemas.reference import write_reference

PROJECT = Path(__file__).parents[3] / "dbt_project"
REGION = {"region": "Красноярский край", "region_code": "RU-KYA"}
DISTRICT = {**REGION, "municipality": "Енисейский район", "municipality_key": "RU-KYA/енисейский"}
OKTMO = "04615000"


@dataclass
class SourceFile:
    """One received file, or one sheet of it: rows are numbered as they come, its journal row is written at the end."""

    kind: str
    sequence: int
    sender: str | None = None
    beside: "SourceFile | None" = None
    """The first sheet of the same workbook."""
    received_at: datetime | None = None
    """UTC; 10 January 2025 unless told otherwise."""
    accepted: int = 0
    rejected: int = 0
    held: int = 0
    ignored: int = 0

    @property
    def sha256(self) -> str:
        return self.beside.sha256 if self.beside else f"{self.sequence:064d}"

    @property
    def sheet(self) -> str:
        return "Лист2" if self.beside else "Лист1"


@dataclass
class Warehouse:
    """Writes raw rows by keyword, runs dbt, answers queries."""

    folder: Path
    files: list[SourceFile] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def path(self) -> Path:
        return self.folder / "warehouse.duckdb"

    def file(
        self,
        kind: str,
        sender: str | None = None,
        beside: SourceFile | None = None,
        received_at: datetime | None = None,
    ) -> SourceFile:
        source = SourceFile(kind, len(self.files) + 1, sender, beside, received_at)
        self.files.append(source)
        return source

    def add(self, source: SourceFile, organisation_id: str | None, *, key: str | None = None, **values: Any) -> None:
        """One accepted row; its key is `key`, else everything that is not a number."""
        source.accepted += 1
        row_key = key or "|".join(str(v) for v in (organisation_id, *values.values()) if not isinstance(v, int | float))
        self.rows[source.kind].append(
            {
                "row_id": f"{source.sequence}-{source.accepted}",
                "file_sha256": source.sha256,
                "sheet": source.sheet,
                "source_row": source.accepted + 3,
                "load_sequence": source.sequence,
                "received_at": source.received_at or datetime(2025, 1, 10, 9, source.sequence % 60),
                "loaded_at": datetime(2025, 1, 10, 10),
                "sender": source.sender,
                "row_key": row_key,
                "organisation_id": organisation_id,
                "entity_id": organisation_id.split("/")[0] if organisation_id else None,
                "match_rule": "inn",
                **values,
            }
        )

    def school(self, source: SourceFile, organisation_id: str, name: str, **values: Any) -> None:
        """A registry row; a general-education school of the district unless told otherwise."""
        row = {
            "inn": organisation_id.split("/", maxsplit=1)[0],
            "full_name": name,
            "short_name": name,
            "organisation_type": "СОШ",
            "is_general_education": True,
            "is_branch": "/" in organisation_id,
            "oktmo": OKTMO,
            **DISTRICT,
            **values,
        }
        self.add(source, organisation_id, key=f"{organisation_id}|{row.get('valid_from')}", **row)

    def write(self) -> None:
        with duckdb.connect(str(self.path)) as connection:
            create_tables(connection)
            write_reference(connection)
            for kind, rows in self.rows.items():
                self._write_rows(connection, KINDS[kind], rows)
            for source in self.files:
                self._write_journal(connection, source)
            mark_unknown(connection)
        carry_previous_release(Settings(home=self.folder))

    def _write_rows(self, connection: duckdb.DuckDBPyConnection, kind: Kind, rows: list[dict[str, Any]]) -> None:
        columns = raw_columns(kind)
        listed = ", ".join(f'"{name}" {dtype}' for name, dtype in columns.items())
        connection.execute(f"create or replace temp table written ({listed})")
        for row in rows:
            names, marks = ", ".join(row), ", ".join("?" for _ in row)
            connection.execute(f"insert into written ({names}) values ({marks})", list(row.values()))
        append_rows(connection, kind, frame_of(connection, "select * from written"))

    def _write_journal(self, connection: duckdb.DuckDBPyConnection, source: SourceFile) -> None:
        read = source.accepted + source.rejected + source.held + source.ignored
        for number in range(source.rejected):
            values = (source.sha256, source.sheet, 500 + number, "Дата", "date", "не дата", "error")
            connection.execute("insert into journal.reject values (?, ?, ?, ?, ?, ?, ?)", values)
        if source.ignored:
            connection.execute(
                "insert into journal.ignored values (?, ?, 'blank', ?)", (source.sha256, source.sheet, source.ignored)
            )
        connection.execute(
            "insert into journal.received by name select ? as file_sha256, ? as kind, 'done' as state, ? as layout,"
            " 3 as header_row",
            (source.sha256, source.kind, source.kind),
        )
        connection.execute(
            "insert into journal.load (load_sequence, file_sha256, kind, sender, original_name, received_at, outcome,"
            " rows_read, rows_accepted, rows_rejected, rows_held, rows_ignored)"
            " values (?, ?, ?, ?, ?, ?, 'loaded', ?, ?, ?, ?, ?)",
            (
                source.sequence,
                source.sha256,
                source.kind,
                source.sender,
                f"{source.kind}.xlsx",
                source.received_at or datetime(2025, 1, 10, 9),
                read,
                source.accepted,
                source.rejected,
                source.held,
                source.ignored,
            ),
        )

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dbt as a child process, as the refresh does."""
        environment = {
            **os.environ,
            "VITRINA_BUILD_FILE": str(self.path),
            "VITRINA_MEMORY_LIMIT": "2GB",
            "VITRINA_RELEASE_ID": "r1",
            "VITRINA_AS_OF_DATE": "2025-06-01",
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
        }
        command = [str(Path(sys.executable).with_name("dbt")), *arguments]
        folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        return subprocess.run([*command, *folders], env=environment, capture_output=True, text=True, check=False)

    def build(self, *arguments: str) -> None:
        result = self.dbt("build", *arguments)
        assert result.returncode == 0, result.stdout[-6000:]

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(sql, parameters).fetchall()
