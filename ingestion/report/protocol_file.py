"""Where the protocol of a file lies: under its plain name as a rule, and never over the protocol of another file.

Whose a protocol is stands in its document properties: the hash of the bytes, and of the path when it was `vitrina
check` that looked at them. Hashes only, because a path may name a person.
"""

import hashlib
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from foundation.settings import Settings
from ingestion.file_names import fitted, shown

SUFFIX = ".xlsx"
_COMMENT = re.compile(r"vitrina sha256=(\w*) path=(\w*) part=(\w*)")


@dataclass(frozen=True)
class Source:
    """The file that a protocol is about, or its part of one kind."""

    name: str
    sha256: str = ""
    path: str = ""
    """Where `vitrina check` found it; a file of a refresh is known by its bytes."""
    part: str = ""

    @property
    def comment(self) -> str:
        """What is written into the protocol, to find its own again."""
        return f"vitrina sha256={self.sha256} path={_digest(self.path)} part={self.part}"

    def owns(self, comment: str) -> bool:
        """Whether a protocol with this comment may be written anew for this file: the same place, or the same bytes."""
        match = _COMMENT.search(comment)
        if match is None:
            return False
        sha256, path, part = match.groups()
        if part and self.part and part != self.part:
            return False
        if path and self.path:
            return path == _digest(self.path)
        return bool(sha256) and sha256 == self.sha256


def protocol_path(settings: Settings, source: Source) -> Path:
    """reports/flk_<file>.xlsx when that is free or this file's own, else the same with a mark of the file."""
    stem = f"flk_{shown(PurePosixPath(source.name).stem) or 'без имени'}"
    plain = settings.reports / fitted(stem, SUFFIX)
    if not plain.exists() or source.owns(_comment_of(plain)):
        return plain
    mark = hashlib.sha256(f"{source.path or source.sha256}\0{source.name}\0{source.part}".encode()).hexdigest()[:8]
    return settings.reports / fitted(stem, f"-{mark}{SUFFIX}")


def _digest(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:32] if path else ""


def _comment_of(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read("docProps/core.xml").decode("utf-8", "replace")
    except (OSError, KeyError, zipfile.BadZipFile):
        return ""
