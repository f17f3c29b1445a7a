"""The archive: the bytes of every received file, stored once under their hash and never edited."""

import hashlib
import os
import re
from pathlib import Path
from typing import BinaryIO

from foundation.settings import Settings

_BLOCK = 1 << 20
NAME = re.compile(r"([0-9a-f]{64})(\.part)?")
"""Names of what receiving writes to the archive; a part is what a crash left. Anything else there is not ours."""


def archived(settings: Settings, sha256: str) -> Path:
    """Where the bytes with this hash are kept."""
    return settings.archive / sha256[:2] / sha256


def is_sound(settings: Settings, sha256: str) -> bool:
    """Whether the archive has the very bytes of this hash: a disk may lose some of them without a word."""
    path = archived(settings, sha256)
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == sha256


def archived_files(settings: Settings) -> list[tuple[Path, str]]:
    """Everything in the archive that is ours, with the hash it is kept under: also a part that a crash left."""
    named = [(path, NAME.fullmatch(path.name)) for path in sorted(settings.archive.glob("??/*")) if path.is_file()]
    return [(path, match[1]) for path, match in named if match]


def store(settings: Settings, content: Path) -> str:
    """Copy a file into the archive and return the hash of what was copied, whatever becomes of the file meanwhile."""
    settings.archive.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.archive.chmod(0o700)
    incoming = settings.archive / "incoming.part"
    incoming.unlink(missing_ok=True)  # of an interrupted copy
    digest = hashlib.sha256()
    with _opened(content) as source, incoming.open("xb") as sink:
        while block := source.read(_BLOCK):
            digest.update(block)
            sink.write(block)
    sha256 = digest.hexdigest()
    target = archived(settings, sha256)
    target.parent.mkdir(exist_ok=True, mode=0o700)
    target.with_name(f"{sha256}.part").unlink(missing_ok=True)  # left by a crash of an earlier version
    incoming.chmod(0o400)
    os.replace(incoming, target)  # noqa: PTH105 - atomic, also over a leftover of a crash
    return sha256


def _opened(content: Path) -> BinaryIO:
    """A file itself: a link put in its place meanwhile, by whoever may write to landing, is an OSError."""
    return os.fdopen(os.open(content, os.O_RDONLY | os.O_NOFOLLOW), "rb")
