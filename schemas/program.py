"""Which version of the program, under which bounds, reads files: another one may succeed where this one failed."""

from importlib.metadata import PackageNotFoundError, version

from schemas.settings import Settings
from schemas.sources import ROOT, digest_of, source_files

READING_FOLDERS = ("ingestion", "schemas")
READING_PACKAGES = ("polars", "pyarrow", "duckdb", "python-calamine", "fastexcel")


def program_version(settings: Settings) -> str:
    """Digest of everything a failure at a file may depend on beside the file itself."""
    bounds = f"{settings.file_memory_bytes} {settings.file_seconds:g}"
    packages = [f"{package} {_installed(package)}" for package in READING_PACKAGES]
    maps = digest_of(source_files(settings.home, ("header_maps",)), settings.home)
    return digest_of(source_files(ROOT, READING_FOLDERS), ROOT, [bounds, maps, *packages])


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
