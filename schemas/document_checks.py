"""What numbers of one document must be to each other: the rows of catalogues/document_checks.yaml."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from schemas.catalogue_file import Catalogue, Row
from schemas.metadata_file import Code, Strict, Text, no_such
from schemas.passport import passports


class CheckTerm(Strict):
    """Published values of an indicator, or a constant that the document states."""

    indicator: Code | None = None
    value: Literal["plan", "fact"] | None = None
    years: tuple[int, int] | None = None
    part: Text | None = None
    unit: Text | None = None
    constant: Decimal | None = None


class DocumentCheck(Strict):
    """What numbers of one document must be to each other."""

    code: Code
    title: Text
    document: Text
    lines: Text
    relation: Literal["equal", "at_most"]
    left: Annotated[tuple[CheckTerm, ...], Field(min_length=1)]
    right: Annotated[tuple[CheckTerm, ...], Field(min_length=1)]
    note: Text | None = None


def _check_indicators(rows: Sequence[Row]) -> None:
    codes = {passport.code for passport in passports()}
    for row in rows:
        for code in (term.get("indicator") for side in ("left", "right") for term in row[side]):
            if code is not None and code not in codes:
                raise ValueError(f"{row['code']}: {no_such('показателя', code, codes)}")


DOCUMENT_CHECKS = Catalogue("document_checks.yaml", DocumentCheck, "code", _check_indicators)
