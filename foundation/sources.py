"""The source files of this project, and a digest of those that decide something."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DECIDING_SUFFIXES = frozenset({".py", ".sql", ".yml", ".yaml", ".csv"})
OUTPUT_FOLDERS = frozenset({"target", "logs", "dbt_packages", "__pycache__"})


def source_files(root: Path, folders: Iterable[str]) -> list[Path]:
    """Sources and metadata in these folders of a root."""
    return sorted(
        path
        for folder in folders
        for path in (root / folder).rglob("*")
        if path.suffix in DECIDING_SUFFIXES
        and path.is_file()
        and OUTPUT_FOLDERS.isdisjoint(path.relative_to(root).parts)
    )


def digest_of(files: Iterable[Path], root: Path, also: Iterable[str] = ()) -> str:
    """SHA-256 over the names and contents of files, and of what else decides."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    for text in also:
        digest.update(text.encode())
    return digest.hexdigest()
