"""Parquet files that a release has in common with the one before it: one file on disk, a name in each release.

Whether two are the same is decided by what stands in them: rows by their fingerprint, everything else by a digest of
what the file is written of. Nobody writes to a published file, which its mode says too; to remove a release removes
names, and what other releases name stays.
"""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from foundation.settings import Settings
from publishing.catalogue import WAREHOUSE_NAME, last_published
from publishing.checksum import file_sha256
from publishing.manifest import Manifest, MartSummary
from publishing.revision import code_digest, lock_digest

READ_ONLY = 0o400


@dataclass(frozen=True)
class Shareable:
    """The release before the one that is being made, as far as its files may stand in this one as well."""

    folder: Path
    marts: dict[str, MartSummary]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The release published last; one of another version of the program has nothing to share."""
        folder, manifest = last_published(settings) or (settings.releases, None)
        is_alike = manifest is not None and _is_of_this_program(manifest)
        return cls(folder, dict(manifest.marts) if manifest is not None and is_alike else {})

    @property
    def warehouse(self) -> Path | None:
        """The database of that release, whose tables are described as this program describes them."""
        return self.folder / WAREHOUSE_NAME if self.marts else None

    def take(self, fingerprint: str, form: str, target: Path) -> MartSummary | None:
        """Give the file of a mart its name in the new release too; what the manifest says of it.

        None where the rows or the form differ, or the former file is not what its release says: to be written then.
        """
        former = self.marts.get(target.stem)
        if former is None or (former.fingerprint, former.parquet_form) != (fingerprint, form):
            return None
        try:
            _link_or_copy(self.folder / "marts" / target.name, target)
            is_whole = file_sha256(target) == former.parquet_sha256
        except OSError:
            is_whole = False
        if is_whole:
            return former
        target.unlink(missing_ok=True)
        return None


def close_to_writing(path: Path) -> None:
    """Let nobody write to a file that several releases may name one day."""
    path.chmod(READ_ONLY)


def _is_of_this_program(manifest: Manifest) -> bool:
    return (manifest.code_digest, manifest.lock_digest) == (code_digest(), lock_digest())


def _link_or_copy(source: Path, target: Path) -> None:
    """A link costs nothing; where the disk or its file system has none, or the file has too many, it is copied."""
    with suppress(OSError):
        os.link(source, target)
        close_to_writing(target)
        return
    target.unlink(missing_ok=True)
    shutil.copyfile(source, target)
    close_to_writing(target)
