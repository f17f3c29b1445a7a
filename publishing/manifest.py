"""manifest.json of a release: what went in, what came out, which code did it."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from publishing.changes import ChangeSummary
from publishing.inputs import Decision, InputFile

MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True)
class MartSummary:
    """A published table: rows, SHA-256 of its Parquet file, checksum of its content.

    `fingerprint` tells of every column, also of what `content_checksum` leaves out, and `parquet_form` of how the file
    is written: equal both, and the next release shares the file. Both unknown of a release made before them.
    """

    rows: int
    parquet_sha256: str
    content_checksum: str
    fingerprint: str | None = None
    parquet_form: str | None = None


@dataclass(frozen=True)
class Manifest:
    """Everything a reader needs to know about a release without opening it."""

    release_id: str
    published_at: datetime
    data_date: date | None
    git_revision: str | None
    code_digest: str
    versions: dict[str, str]
    inputs: list[InputFile] = field(default_factory=list)
    marts: dict[str, MartSummary] = field(default_factory=dict)
    changes: ChangeSummary | None = None
    """None in releases of an earlier version, which kept no diff."""
    build_date: date | None = None
    """The day that counted as today in the marts; like the fields below, unknown of a release made before them."""
    dbt_digest: str | None = None
    lock_digest: str | None = None
    refused: list[InputFile] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    build_state: str | None = None
    """Digest of the journal the figures come from (publishing.build_state)."""

    def write(self, folder: Path) -> None:
        """Write manifest.json into the release folder."""
        parts = ",\n".join(f"  {_JSON.encode(name)}: {_in_lines(value)}" for name, value in vars(self).items())
        (folder / MANIFEST_NAME).write_text(f"{{\n{parts}\n}}\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read manifest.json of a release folder."""
        values: dict[str, Any] = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
        values["published_at"] = datetime.fromisoformat(values["published_at"])
        for name in ("data_date", "build_date"):
            values[name] = date.fromisoformat(values[name]) if values.get(name) else None
        for name in ("inputs", "refused"):
            values[name] = [InputFile.of(entry) for entry in values.get(name, [])]
        values["decisions"] = [Decision.of(entry) for entry in values.get("decisions", [])]
        values["marts"] = {name: MartSummary(**entry) for name, entry in values["marts"].items()}
        if values.get("changes"):
            values["changes"] = ChangeSummary(**values["changes"])
        return cls(**values)


def _plain(value: Any) -> Any:
    """A part of the manifest as JSON has it; without the copy of everything that dataclasses.asdict makes first."""
    return value.isoformat() if isinstance(value, date) else vars(value)


_JSON = json.JSONEncoder(ensure_ascii=False, default=_plain)


def _in_lines(value: Any) -> str:
    """A field of the manifest, a line for each file, mart or decision.

    Not json's own indentation: with it tens of thousands of files take seconds, being written in Python then.
    """
    if isinstance(value, list) and value:
        return "[\n    " + ",\n    ".join(map(_JSON.encode, value)) + "\n  ]"
    if isinstance(value, dict) and value:
        entries = (f"{_JSON.encode(name)}: {_JSON.encode(entry)}" for name, entry in value.items())
        return "{\n    " + ",\n    ".join(entries) + "\n  }"
    return _JSON.encode(value)
