"""Indicator passports: what an indicator counts, over what, and which document says so.

A passport is a YAML file under schemas/passports/. A new indicator is a new file, never new SQL: one generic dbt
model computes every passport from the reference tables that schemas.reference writes.
"""

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from foundation.settings import per_home, regional_home
from schemas.catalogue import roles, systems
from schemas.catalogue_rows import Population
from schemas.measures import measures
from schemas.metadata_file import (
    BadFile,
    Code,
    MetadataError,
    Strict,
    Text,
    bad_file,
    no_such,
    read_yaml_text,
    usable,
    validated,
)

PASSPORT_FOLDER = Path(__file__).parent / "passports"

Year = Annotated[int, Field(ge=2000, le=2100)]
Aggregation = Literal[
    "ratio_of_sums",
    "share_of_organisations",
    "number_of_organisations",
    "minimum_over_organisations",
    "sum",
    "maximum",
    "published",
]
"""`published`: no export measures it; its plans and facts are what documents say."""
COUNTS_ORGANISATIONS = frozenset({"share_of_organisations", "number_of_organisations"})


class PassportError(MetadataError):
    """A passport file is not valid, or two passports contradict each other."""


class Component(Strict):
    """One measure that may stand in the numerator or the denominator."""

    measure: Code
    role: Code | None = None
    system: Code | None = None
    subject: Text | None = None
    """What is measured of several: an object, an event, an item (code of the systems catalogue, or as written)."""
    threshold: Decimal | None = None
    """A share of organisations counts an organisation when its value reaches the threshold."""
    is_proxy: bool = True
    """Read for alternatives only: the preferred source is never a proxy."""


class Side(Strict):
    """A numerator or a denominator: the preferred source, then alternatives in their order.

    Several preferred components mean «any of them» in a count of organisations and are added in a sum.
    """

    own: tuple[Component, ...] = Field(min_length=1)
    proxies: tuple[Component, ...] = ()

    def ranked(self) -> Iterable[tuple[int, bool, Component]]:
        """(priority, is_proxy, component): priority 1 is the preferred source."""
        for component in self.own:
            yield 1, False, component
        for priority, component in enumerate(self.proxies, start=2):
            yield priority, component.is_proxy, component


class Passport(Strict):
    """One version of one indicator."""

    code: Code
    version: Annotated[int, Field(ge=1)]
    position: Annotated[int, Field(ge=1)]
    """Where the indicator stands in a table: the order of the Agreement and of the decision."""
    title: Text
    short_title: Text
    definition: Text
    definition_source: Text
    document: Text
    document_lines: Text | None = None
    """Where in the document the indicator is named."""
    document_codes: tuple[Text, ...] = ()
    """Codes under which the list of the seed documents has it (ENI.1, ZIM.S1)."""
    same_as: Code | None = None
    """Another passport by which the same document measures the same thing: the two must agree."""
    note: Text | None = None
    unit: Text
    precision: Annotated[int, Field(ge=0, le=3)]
    direction: Literal["up", "down"]
    aggregation: Aggregation
    cumulative: Literal["none", "distinct_to_date", "sum_to_date"]
    plan_accumulates: bool = False
    """Plans are written as yearly increments: the plan of a year is their sum so far."""
    year_kind: Literal["calendar", "school"] = "calendar"
    """A school year, 1 September to 31 August, stands under the year in which it ends."""
    population: Population
    computed_where: Literal["everywhere", "published"] = "everywhere"
    """`published`: only in regions for which some document gives a plan or a fact, as an indicator of that document."""
    monthly_monitoring: bool = False
    """The plan of this indicator is the yardstick of the monthly activity mart."""
    numerator: Side | None = None
    denominator: Side | None = None
    valid_from_year: Year | None = None
    valid_to_year: Year | None = None
    """Without it the version holds until the next one begins."""
    break_threshold: Annotated[Decimal, Field(ge=0, le=1)] = Decimal("0.1")
    """A change of the value is a break of its series when a part of it that is no change of the same organisations is
    above this share of the value."""

    @model_validator(mode="after")
    def _check_sides(self) -> Self:
        if (self.aggregation == "published") != (self.numerator is None):
            raise ValueError(
                "у показателя, который только публикуют (published), нет numerator, у любого другого он есть"
            )
        if self.numerator is None:
            return self
        counts_organisations = self.aggregation in COUNTS_ORGANISATIONS
        if counts_organisations and self.denominator is not None:
            raise ValueError(f"{self.aggregation} считает организации: denominator не нужен")
        if counts_organisations and any(component.threshold is None for _, _, component in self.numerator.ranked()):
            raise ValueError(f"{self.aggregation}: в каждой составляющей numerator нужен threshold")
        if self.aggregation == "ratio_of_sums" and self.denominator is None:
            raise ValueError("ratio_of_sums: нужен denominator")
        sides = [self.numerator] if self.denominator is None else [self.numerator, self.denominator]
        may_have_several = counts_organisations or self.aggregation == "sum"
        if not may_have_several and any(len(side.own) > 1 for side in sides):
            raise ValueError("несколько составляющих own бывают только у счёта организаций и у sum")
        return self

    @model_validator(mode="after")
    def _check_years(self) -> Self:
        if self.valid_from_year and self.valid_to_year and self.valid_from_year > self.valid_to_year:
            raise ValueError("valid_from_year позже valid_to_year")
        return self

    def components(self) -> Iterable[tuple[str, int, bool, Component]]:
        """(side, priority, is_proxy, component) of both sides."""
        for name, side in (("numerator", self.numerator), ("denominator", self.denominator)):
            if side is not None:
                for priority, is_proxy, component in side.ranked():
                    yield name, priority, is_proxy, component


def load_passports(folder: Path = PASSPORT_FOLDER) -> tuple[Passport, ...]:
    """All passports of the project, by code and version. Raises PassportError naming the file and key at fault."""
    known: tuple[Passport, ...] = ()
    for path, passport in _by_version((path, _read(path)) for path in folder.glob("*.yaml")):
        known = with_version(known, path, passport)
    return known


@per_home
def passports() -> tuple[Passport, ...]:
    """The project's passports and the region's own (VITRINA_HOME/passports), by code and version."""
    return _with_regional(regional_home())[0]


def bad_passports(home: Path) -> tuple[BadFile, ...]:
    """The region's passports that could not be used."""
    return _with_regional(home)[1]


def _with_regional(home: Path) -> tuple[tuple[Passport, ...], tuple[BadFile, ...]]:
    read: list[tuple[Path, Passport]] = []
    bad: list[BadFile] = []
    for path, found in usable(sorted((home / "passports").glob("*.yaml")), _read):
        if isinstance(found, BadFile):
            bad.append(found)
        else:
            read.append((path, found))
    known = load_passports()
    for path, found in _by_version(read):
        try:
            known = with_version(known, path, found)
        except PassportError as error:
            bad.append(bad_file(path, error))
    return known, tuple(sorted(bad, key=lambda file: file.path))


def with_version(known: Iterable[Passport], path: Path, found: Passport) -> tuple[Passport, ...]:
    """The known passports and one more, by code and version; a version without an end gets it from the next one.

    Raises PassportError, naming the file and the key, when two versions claim one year or none claims a year between.
    """
    versions = {passport.version: passport for passport in known if passport.code == found.code}
    if found.version in versions:
        raise PassportError(f"{path.name}: ключ «version»: версия {found.version} показателя {found.code} уже есть")
    in_order = sorted([*versions.values(), found], key=_order)
    for place, (former, later) in enumerate(pairwise(in_order)):
        in_order[place] = _ended_before(former, later, path)
    others = [passport for passport in known if passport.code != found.code]
    return tuple(sorted([*others, *in_order], key=_order))


def _ended_before(former: Passport, later: Passport, path: Path) -> Passport:
    """The former of two versions, with its end."""
    names = f"{path.name}: ключ «valid_from_year»: версии {former.version} и {later.version} показателя {later.code}"
    starts = later.valid_from_year
    ends = former.valid_to_year
    if ends is None and starts is not None and starts > (former.valid_from_year or 0):
        return former.model_copy(update={"valid_to_year": starts - 1})
    if later.valid_to_year is not None and later.valid_to_year < (former.valid_from_year or 0):
        raise PassportError(f"{names} идут не в порядке годов")
    if starts is None or ends is None or starts <= ends:
        raise PassportError(f"{names} действуют в одном году")
    if starts > ends + 1:
        raise PassportError(f"{names} оставляют без определения {_years(ends + 1, starts - 1)}")
    return former


def _years(first: int, last: int) -> str:
    return f"{first} год" if first == last else f"{first}–{last} годы"


def _by_version(read: Iterable[tuple[Path, Passport]]) -> list[tuple[Path, Passport]]:
    """In the order in which versions follow each other, files of one version by name."""
    return sorted(read, key=lambda item: (*_order(item[1]), item[0]))


def _order(passport: Passport) -> tuple[str, int]:
    return passport.code, passport.version


def _read(path: Path) -> Passport:
    try:
        passport = validated(path, Passport, read_yaml_text(path))
    except MetadataError as error:
        raise PassportError(str(error)) from error
    _refuse_unknown_codes(path, passport)
    return passport


def _refuse_unknown_codes(path: Path, passport: Passport) -> None:
    """A passport that names an unknown measure, system or role would silently compute nothing."""
    known = {
        "меры": {measure.measure_code for measure in measures()},
        "системы": {system.code for system in systems()},
        "роли": {role.code for role in roles()},
    }
    for _, _, _, component in passport.components():
        named = {"меры": component.measure, "системы": component.system, "роли": component.role}
        for word, code in named.items():
            if code is not None and code not in known[word]:
                raise PassportError(f"{path.name}: {no_such(word, code, sorted(known[word]))}")
