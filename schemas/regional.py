"""What a region adds to the project's metadata in VITRINA_HOME, and which of its files could not be used.

Header maps (header_maps/), passports (passports/) and catalogues (catalogues/): docs/operator.md, docs/decisions/0014.
"""

from pathlib import Path

from schemas.calendar import CALENDAR
from schemas.catalogue_file import joined
from schemas.catalogue_rows import (
    LISTED_MUNICIPALITIES,
    MUNICIPALITIES,
    MUNICIPALITY_TOTALS,
    ORGANISATION_TYPES,
    PROGRAMME_PATTERNS,
    RESPONSIBLE_GROUPS,
    ROLES,
    SERVICES,
    SYSTEMS,
    UNITS,
)
from schemas.document_checks import DOCUMENT_CHECKS
from schemas.header_map import read_header_maps
from schemas.metadata_file import BadFile
from schemas.passport import bad_passports

REGIONAL = {
    catalogue.name: catalogue
    for catalogue in (
        SYSTEMS,
        ROLES,
        SERVICES,
        RESPONSIBLE_GROUPS,
        ORGANISATION_TYPES,
        MUNICIPALITIES,
        LISTED_MUNICIPALITIES,
        MUNICIPALITY_TOTALS,
        UNITS,
        PROGRAMME_PATTERNS,
        DOCUMENT_CHECKS,
        CALENDAR,
    )
}
"""The catalogues a region may add to, by their files."""


def bad_files(home: Path) -> tuple[BadFile, ...]:
    """The region's files that were left out, each with its reason: to be said once by whoever reads metadata."""
    misnamed = (
        BadFile(path, "имя должно кончаться на .yaml")
        for folder in ("header_maps", "passports")
        for path in sorted((home / folder).glob("*.*"))
        if path.suffix != ".yaml" and path.suffix.lower() in {".yaml", ".yml"}
    )
    return (*read_header_maps(home / "header_maps").bad, *bad_passports(home), *bad_catalogues(home), *misnamed)


def bad_catalogues(home: Path) -> tuple[BadFile, ...]:
    """Files of VITRINA_HOME/catalogues that could not be used, those of an unknown name among them."""
    known = ", ".join(REGIONAL)
    strangers = [
        BadFile(path, f"нет справочника с таким именем; есть: {known}")
        for path in sorted((home / "catalogues").glob("*.*"))
        if path.name not in REGIONAL and path.suffix.lower() in {".yaml", ".yml", ".csv"}
    ]
    return (*(bad for one in REGIONAL.values() if (bad := joined(one, home)[1])), *strangers)
