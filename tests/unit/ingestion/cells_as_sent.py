"""A reader of cells as the tests of them ask it, and a person who does not exist."""

from ingestion.values.cells import CellReader, Reading
from schemas.indicators import indicator_code_of

SECRET = "s" * 32
SNILS = "01234567819"
"""Invented: the check number of 012345678 is 19."""
INN_OF_PERSON = "999912345603"


def reader(person_heading: str = "") -> CellReader:
    return CellReader(
        secret=SECRET,
        month_first=False,
        may_repair_inn=lambda _: True,
        indicator_code=indicator_code_of,
        person_heading=person_heading,
    )


def read(parse: str, text: str, person_heading: str = "") -> Reading:
    return reader(person_heading).of(parse)(text)
