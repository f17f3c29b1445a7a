"""What the rows of the catalogues are, and how a region's own file of the same name is joined to the project's.

A row of VITRINA_HOME/catalogues/<file> whose key the project has gives it spellings and nothing else, or takes its
place where the catalogue says what a region decides for itself; any other row is a new one, as complete as the
project's own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from foundation.settings import per_home, regional_home
from foundation.text import fold
from schemas.calendar import Duty, check_duties
from schemas.metadata_file import (
    BadFile,
    Code,
    MetadataError,
    Strict,
    Text,
    no_such,
    read_csv_text,
    read_yaml_text,
    validated,
)

CATALOGUES = Path(__file__).parent / "catalogues"
Texts = tuple[Text, ...]
Year = Annotated[int, Field(ge=1990, le=2100)]
Row = dict[str, Any]


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
    from schemas.catalogue import regions  # noqa: PLC0415 - reads catalogues by this module

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
    from schemas.catalogue import regions  # noqa: PLC0415 - reads catalogues by this module

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


def _check_indicators(rows: Sequence[Row]) -> None:
    from schemas.passport import passports  # noqa: PLC0415 - passports name codes of these catalogues

    codes = {passport.code for passport in passports()}
    for row in rows:
        for code in (term.get("indicator") for side in ("left", "right") for term in row[side]):
            if code is not None and code not in codes:
                raise ValueError(f"{row['code']}: {no_such('показателя', code, codes)}")


@dataclass(frozen=True)
class Catalogue:
    """The model of a file's rows, the column that names a row (none: rows are only added), what must hold of all."""

    row: type[Strict]
    key: str | None = None
    check: Callable[[Sequence[Row]], None] | None = None
    is_replaced: bool = False
    """Whether a row of the region takes the place of the project's row of its key: what is due by when is the region's
    to say, and no figure changes its meaning by it."""


REGIONAL: Mapping[str, Catalogue] = {
    "systems.yaml": Catalogue(System, "code", _check_links),
    "roles.yaml": Catalogue(CodedEntry, "code"),
    "services.yaml": Catalogue(CodedEntry, "code"),
    "responsible_groups.yaml": Catalogue(CodedEntry, "code"),
    "organisation_types.yaml": Catalogue(OrganisationTypeRow, "title"),
    "municipalities.yaml": Catalogue(MunicipalityRow, "name"),
    "oktmo.csv": Catalogue(ListedMunicipalityRow, check=_check_municipalities),
    "municipality_totals.csv": Catalogue(MunicipalityTotalRow, check=_check_totals),
    "units.yaml": Catalogue(UnitRow),
    "programme_patterns.csv": Catalogue(ProgrammePattern),
    "document_checks.yaml": Catalogue(DocumentCheck, "code", _check_indicators),
    "calendar.yaml": Catalogue(Duty, "code", check_duties, is_replaced=True),
}
"""The catalogues a region may add to."""
CLOSED = frozenset({"roles.yaml", "responsible_groups.yaml"})
"""Catalogues that get spellings only: what a role or a group of addressees does stands in models."""


@per_home
def rows(name: str) -> tuple[Row, ...]:
    """The rows of a catalogue, the project's and then the region's own."""
    return _joined(name, regional_home())[0]


def bad_catalogues(home: Path) -> tuple[BadFile, ...]:
    """Files of VITRINA_HOME/catalogues that could not be used, those of an unknown name among them."""
    known = ", ".join(REGIONAL)
    strangers = [
        BadFile(path, f"нет справочника с таким именем; есть: {known}")
        for path in sorted((home / "catalogues").glob("*.*"))
        if path.name not in REGIONAL and path.suffix.lower() in {".yaml", ".yml", ".csv"}
    ]
    return (*(bad for name in REGIONAL if (bad := _joined(name, home)[1])), *strangers)


def _joined(name: str, home: Path) -> tuple[tuple[Row, ...], BadFile | None]:
    project, path = project_rows(name), home / "catalogues" / name
    if not path.exists():
        return project, None
    try:
        return _with_added(project, path), None
    except MetadataError as error:
        return project, BadFile(path, str(error).removeprefix(f"{name}: "))


@lru_cache
def project_rows(name: str) -> tuple[Row, ...]:
    """The rows that come with the project."""
    path = CATALOGUES / name
    return tuple(_row(path, REGIONAL[name].row, entry) for entry in _content(path))


def _content(path: Path) -> list[Any]:
    content = read_csv_text(path) if path.suffix == ".csv" else read_yaml_text(path)
    return validated(path, TypeAdapter(list[dict[Any, Any]]), content)


def _row(path: Path, model: type[Strict], entry: Any) -> Row:
    try:
        return validated(path, model, entry).model_dump(exclude_unset=True)
    except MetadataError as error:
        named = entry.get(REGIONAL[path.name].key)
        said = str(error).removeprefix(f"{path.name}: ")
        raise MetadataError(f"{path.name}: {f'«{named}», ' if named else ''}{said}") from error


def _with_added(project: Sequence[Row], path: Path) -> tuple[Row, ...]:
    """The project's rows and a region's; raises MetadataError when any of the region's rows cannot be taken."""
    catalogue = REGIONAL[path.name]
    joined = [dict(row) for row in project]
    places = {row[catalogue.key]: place for place, row in enumerate(joined)} if catalogue.key else {}
    for entry in _content(path):
        place = places.get(entry.get(catalogue.key)) if catalogue.key else None
        if place is not None and catalogue.is_replaced:
            joined[place] = _row(path, catalogue.row, entry)
        elif place is not None:
            joined[place]["spellings"] = (*joined[place].get("spellings", ()), *_spellings(path, catalogue, entry))
        elif path.name in CLOSED:
            raise MetadataError(f"{path.name}: добавить можно только написания строк проекта: {', '.join(places)}")
        else:
            joined.append(_row(path, catalogue.row, entry))
            if catalogue.key:
                places[joined[-1][catalogue.key]] = len(joined) - 1
    _check_spellings(path, joined)
    try:
        if catalogue.check:
            catalogue.check(joined)
    except ValueError as error:
        raise MetadataError(f"{path.name}: {error}") from error
    return tuple(joined)


def _spellings(path: Path, catalogue: Catalogue, entry: Row) -> Texts:
    if set(entry) != {catalogue.key, "spellings"}:
        named = f"«{entry[catalogue.key or '']}»"
        raise MetadataError(f"{path.name}: строка {named} есть в проекте, к ней можно добавить только spellings")
    return validated(path, TypeAdapter(Texts), entry["spellings"])


def _check_spellings(path: Path, joined: Sequence[Row]) -> None:
    """A spelling that means two rows would mean whichever came last."""
    owners: dict[str, int] = {}
    for number, row in enumerate(joined):
        for text in row.get("spellings", ()):
            if owners.setdefault(fold(text), number) != number:
                raise MetadataError(f"{path.name}: написание «{text}» уже есть у другой строки")
