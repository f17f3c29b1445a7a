"""What the rows of the catalogues are that a region may add to, and what must hold of all rows of one."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from schemas.catalogue_file import Catalogue, Row, Texts
from schemas.metadata_file import Code, Strict, Text, no_such
from schemas.regions import regions

Year = Annotated[int, Field(ge=1990, le=2100)]
Population = Literal["general_education", "basic_general_education", "every_organisation"]
"""Organisations that an indicator is counted over, or that owe an export."""


class System(Strict):
    """A system, platform, programme, object or event."""

    code: Code
    title: Text
    spellings: Texts
    kind: Text
    role: Literal["source", "measured_object", "mention", "umbrella"]
    measures: Text
    grain: Text
    short_title: Text | None = None
    exports: tuple[Code, ...] = ()
    titles_exports: bool = False
    part_of: Code | None = None
    predecessor: Code | None = None
    successor: Code | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    document_rows: tuple[int, ...] = ()
    note: Text | None = None


class CodedEntry(Strict):
    """A role, a service or a group of addressees."""

    code: Code
    title: Text
    spellings: Texts


class OrganisationTypeRow(Strict):
    """A type of organisation."""

    title: Text
    network_group: Text
    is_general_education: bool
    has_basic_general: bool
    spellings: Texts
    declared: Texts = ()
    """Spellings of a column of types that say no type inside a name: plurals, the words of a law."""
    not_in_names: Texts = ()
    is_refined_by_name: bool = False
    """A general type: a finer one counts where the organisation's name says it."""


class UnitRow(Strict):
    """Spellings of a unit, and how many of the passports' unit one of it is."""

    unit: Text
    factor: Decimal
    spellings: Texts


class MunicipalityRow(Strict):
    """A municipality under names that no rule of spelling relates."""

    name: Text
    spellings: Texts


class ListedMunicipalityRow(Strict):
    """A municipality of the list, known before any organisation of it is; its ОКТМО without the settlement."""

    region_code: Text
    oktmo: Annotated[str, Field(pattern=r"^\d{5}000$")]
    name: Text
    level: Literal["муниципальный район", "муниципальный округ", "городской округ", "внутригородская территория"]
    valid_from: date | None = None
    valid_to: date | None = None
    successor_oktmo: Annotated[str, Field(pattern=r"^\d{5}000$")] | None = None


class MunicipalityTotalRow(Strict):
    """How many municipalities of the upper level a region has, over a span of years: what a value of it stands on."""

    region_code: Text
    municipalities: Annotated[int, Field(ge=1)]
    from_year: Year
    to_year: Year | None = None
    source: Text


class ProgrammePattern(Strict):
    """Which courses or deliveries are of the digital environment; `%` stands for any text."""

    applies_to: Literal["course", "delivery"]
    pattern: Text
    is_digital_environment: Literal["true", "false", "да", "нет"]
    note: Text | None = None


def _check_links(rows: Sequence[Row]) -> None:
    """Systems that lead to one another: each named one exists, and no line of successors comes back."""
    items = {row["code"]: row for row in rows}
    for row in rows:
        for link in ("part_of", "predecessor", "successor"):
            seen, code = {row["code"]}, row.get(link)
            while code is not None:
                if code not in items:
                    raise ValueError(f"{row['code']}, {link}: {no_such('системы', code, items)}")
                if code in seen:
                    raise ValueError(f"{row['code']}, {link}: цепочка возвращается к «{code}»")
                seen.add(code)
                code = items[code].get(link)


KIND_DIGITS = {"5": "муниципальный округ", "6": "муниципальный район", "7": "городской округ"}
"""The third digit of an ОКТМО; districts of autonomous okrugs and parts of federal cities have others."""


def _check_municipalities(rows: Sequence[Row]) -> None:
    """Codes begin with their region's digits and say the level of the row; successors are in the list, the last row of
    a code counts."""
    prefixes = {region.code: region.oktmo_prefix for region in regions()}
    codes = {row["oktmo"] for row in rows}
    for row in rows:
        oktmo, region = row["oktmo"], row["region_code"]
        if region not in prefixes:
            raise ValueError(f"{oktmo}: {no_such('субъекта', region, prefixes)}")
        if not oktmo.startswith(prefixes[region]):
            raise ValueError(f"{oktmo}: ОКТМО субъекта {region} начинается с {prefixes[region]}")
        if KIND_DIGITS.get(oktmo[2], row["level"]) != row["level"]:
            raise ValueError(f"{oktmo}: третья цифра {oktmo[2]} - это {KIND_DIGITS[oktmo[2]]}, а не {row['level']}")
        if (successor := row.get("successor_oktmo")) is not None and successor not in codes:
            raise ValueError(f"{oktmo}: {no_such('муниципалитета', successor, codes)}")
        if row.get("valid_from") and row.get("valid_to") and row["valid_to"] < row["valid_from"]:
            raise ValueError(f"{oktmo}: valid_to раньше valid_from")


def _check_totals(rows: Sequence[Row]) -> None:
    """A region has one number of municipalities in a year: a region's own file tells what the project's does not."""
    codes = {region.code for region in regions()}
    ends: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: (row["region_code"], row["from_year"])):
        region, first, last = row["region_code"], row["from_year"], row.get("to_year") or 9999
        if region not in codes:
            raise ValueError(no_such("субъекта", region, codes))
        if last < first:
            raise ValueError(f"{region}: to_year раньше from_year")
        if first <= ends.get(region, 0):
            raise ValueError(f"{region}: на {first} год муниципалитеты сосчитаны дважды")
        ends[region] = last


SYSTEMS = Catalogue("systems.yaml", System, "code", _check_links)
ROLES = Catalogue("roles.yaml", CodedEntry, "code", is_closed=True)
SERVICES = Catalogue("services.yaml", CodedEntry, "code")
RESPONSIBLE_GROUPS = Catalogue("responsible_groups.yaml", CodedEntry, "code", is_closed=True)
ORGANISATION_TYPES = Catalogue("organisation_types.yaml", OrganisationTypeRow, "title")
MUNICIPALITIES = Catalogue("municipalities.yaml", MunicipalityRow, "name")
LISTED_MUNICIPALITIES = Catalogue("oktmo.csv", ListedMunicipalityRow, check=_check_municipalities)
MUNICIPALITY_TOTALS = Catalogue("municipality_totals.csv", MunicipalityTotalRow, check=_check_totals)
UNITS = Catalogue("units.yaml", UnitRow)
PROGRAMME_PATTERNS = Catalogue("programme_patterns.csv", ProgrammePattern)
