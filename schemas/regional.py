"""What a region adds to the project's metadata in VITRINA_HOME, and which of its files could not be used.

Header maps (header_maps/), passports (passports/) and catalogues (catalogues/): docs/operator.md, docs/decisions/0014.
"""

from pathlib import Path

from schemas.catalogue_rows import bad_catalogues
from schemas.header_map import read_header_maps
from schemas.metadata_file import BadFile
from schemas.passport import bad_passports


def bad_files(home: Path) -> tuple[BadFile, ...]:
    """The region's files that were left out, each with its reason: to be said once by whoever reads metadata."""
    misnamed = (
        BadFile(path, "имя должно кончаться на .yaml")
        for folder in ("header_maps", "passports")
        for path in sorted((home / folder).glob("*.*"))
        if path.suffix != ".yaml" and path.suffix.lower() in {".yaml", ".yml"}
    )
    return (*read_header_maps(home / "header_maps").bad, *bad_passports(home), *bad_catalogues(home), *misnamed)
