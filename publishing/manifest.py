"""manifest.json of a release: what went in, what came out, which code did it."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from publishing.changes import ChangeSummary

MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True)
class InputFile:
    """A loaded file; a member of a ZIP carries its container's hash beside its own."""

    name: str
    sha256: str
    container_sha256: str | None
    kind: str | None
    rows: int


@dataclass(frozen=True)
class MartSummary:
    """A published table: rows, SHA-256 of its Parquet file, checksum of its content."""

    rows: int
    parquet_sha256: str
    content_checksum: str


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

    def write(self, folder: Path) -> None:
        """Write manifest.json into the release folder."""
        values = asdict(self)
        values["published_at"] = self.published_at.isoformat()
        values["data_date"] = self.data_date.isoformat() if self.data_date else None
        text = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
        (folder / MANIFEST_NAME).write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read manifest.json of a release folder."""
        values: dict[str, Any] = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
        values["published_at"] = datetime.fromisoformat(values["published_at"])
        values["data_date"] = date.fromisoformat(values["data_date"]) if values["data_date"] else None
        values["inputs"] = [InputFile(**entry) for entry in values["inputs"]]
        values["marts"] = {name: MartSummary(**entry) for name, entry in values["marts"].items()}
        if values.get("changes"):
            values["changes"] = ChangeSummary(**values["changes"])
        return cls(**values)
