"""What a region adds to the project's metadata in VITRINA_HOME, and which of its files could not be used."""

from pathlib import Path

from schemas.header_map import read_header_maps
from schemas.metadata_file import BadFile


def bad_files(home: Path) -> tuple[BadFile, ...]:
    """The region's files that were left out, each with its reason: to be said once by whoever reads metadata."""
    return read_header_maps(home / "header_maps").bad
