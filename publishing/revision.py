"""Which code made a release: git revision, versions, digest of the sources that decide the figures."""

import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from foundation.settings import per_home, regional_files, regional_home
from foundation.sources import ROOT, digest_of, source_files
from publishing.checksum import file_sha256

DECIDING_FOLDERS = ("foundation", "ingestion", "schemas", "dbt_project", "orchestration", "publishing")
"""Where a change may change published figures."""
PACKAGES = ("vitrina", "duckdb", "dbt-core", "dbt-duckdb", "dagster", "polars", "pandera")


def git_revision(root: Path = ROOT) -> str | None:
    """The commit of the working tree, with `-dirty` when it has changes; None outside git."""
    commit = _git(root, "rev-parse", "HEAD")
    if commit is None:
        return None
    return f"{commit}-dirty" if _git(root, "status", "--porcelain") else commit


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


@per_home
def code_digest(root: Path = ROOT) -> str:
    """SHA-256 over the deciding sources, the region's own metadata among them: could a rebuild give other figures?"""
    home = regional_home()
    regional = digest_of(regional_files(home), home)
    return digest_of(source_files(root, DECIDING_FOLDERS), root, [regional])


def lock_digest(root: Path = ROOT) -> str | None:
    """SHA-256 of uv.lock: the versions of everything installed; None where the project runs without it."""
    lock = root / "uv.lock"
    return file_sha256(lock) if lock.is_file() else None


def versions() -> dict[str, str]:
    """Versions of Python, of the project and of the packages that decide the figures."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
