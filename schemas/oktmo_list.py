"""Rows for catalogues/oktmo.csv from Rosstat's open data of ОКТМО, which no package that can be pinned holds.

`python -m schemas.oktmo_list data.csv RU-IRK > VITRINA_HOME/catalogues/oktmo.csv` writes the districts, округа and
cities of the named regions, or of all. The file is Rosstat's set 7708234640-oktmo: no heading, `;`, codes in parts,
Windows-1251.
"""

import csv
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from io import StringIO
from pathlib import Path

from schemas.catalogue_rows import KIND_DIGITS, ListedMunicipalityRow
from schemas.regions import Region, regions

WHOLE = "000"
"""A part of a code that names nothing: the row is of the district itself, not of what lies in it."""
MUNICIPALITIES = "1"
"""The section of municipalities; the other lists settlements."""
PARTS, SECTION, NAME = 3, 5, 6
HEADING = re.compile(r"^(?:муниципальные|городские|внутригородские|сельские|населенные) ", re.IGNORECASE)
FEDERAL_CITIES = frozenset({"RU-MOW", "RU-SPE", "RU-92"})


def listed(text: str, only: Collection[str] = ()) -> Iterator[ListedMunicipalityRow]:
    """The municipalities of Rosstat's file, of the regions with these codes when any is given.

    Raises ValueError naming the line that is no row of such a file.
    """
    for number, row in enumerate(csv.reader(StringIO(text), delimiter=";"), start=1):
        if len(row) <= NAME or not all(part.isdigit() for part in row[:PARTS]):
            raise ValueError(f"строка {number}: это не строка открытых данных ОКТМО")
        prefix, district, settlement, *_ = row
        name = row[NAME].strip(" /")
        if (
            settlement != WHOLE
            or row[PARTS] not in ("", WHOLE)
            or row[SECTION] != MUNICIPALITIES
            or HEADING.match(name)
        ):
            continue
        oktmo = f"{prefix}{district}{WHOLE}"
        region = _region(oktmo)
        if district != WHOLE and region is not None and (not only or region.code in only):
            level = _level(oktmo, region, name)
            said = {"region_code": region.code, "oktmo": oktmo, "name": name, "level": level}
            yield ListedMunicipalityRow.model_validate(said)


def _region(oktmo: str) -> Region | None:
    """An autonomous okrug has three digits of its own inside its oblast's two."""
    own = [one for one in regions() if oktmo.startswith(one.oktmo_prefix)]
    return max(own, key=lambda one: len(one.oktmo_prefix), default=None)


def _level(oktmo: str, region: Region, name: str) -> str:
    if oktmo[2] in KIND_DIGITS:
        return KIND_DIGITS[oktmo[2]]
    if region.code in FEDERAL_CITIES:
        return "внутригородская территория"
    said = name.lower()
    return next((level for level in ("муниципальный район", "муниципальный округ") if level in said), "городской округ")


def _text(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251")


def main(arguments: Sequence[str]) -> None:
    """Write the rows of a file as CSV to standard output."""
    path, *only = arguments
    writer = csv.writer(sys.stdout, lineterminator="\n")
    names = list(ListedMunicipalityRow.model_fields)
    writer.writerow(names)
    writer.writerows([getattr(one, name) for name in names] for one in listed(_text(Path(path)), only))


if __name__ == "__main__":
    main(sys.argv[1:])
