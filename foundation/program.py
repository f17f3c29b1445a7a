"""Which version of the program, under which bounds, reads files: another one may succeed where this one failed."""

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

from foundation.settings import Settings
from foundation.sources import ROOT, digest_of, source_files

READING_FOLDERS = ("foundation", "ingestion", "schemas")
READING_PACKAGES = ("polars", "pyarrow", "duckdb", "python-calamine", "fastexcel")


def program_version(settings: Settings) -> str:
    """Digest of everything a failure at a file may depend on beside the file itself."""
    bounds = f"{settings.file_memory_bytes} {settings.file_seconds:g}"
    maps = digest_of(source_files(settings.home, ("header_maps",)), settings.home)
    return digest_of(source_files(ROOT, READING_FOLDERS), ROOT, [bounds, maps, *_packages()])


@lru_cache
def reading_code() -> str:
    """Digest of the code, its metadata and its packages alone, taken once: a process reads by what it has loaded."""
    return digest_of(source_files(ROOT, READING_FOLDERS), ROOT, _packages())


def _packages() -> list[str]:
    return [f"{package} {_installed(package)}" for package in READING_PACKAGES]


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
