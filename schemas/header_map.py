"""Header maps: which headings mean which fields, by kind and layout. Data in YAML; a region adds its own file.

A layout names the fields that must be there (`required`), those of which one is enough (`any_of`), and
those that may come from title lines, the sheet name or `vitrina add --set` instead of a column (`context`).
What a region's file needs beyond names (a code before a value, words of its own, a second column of names, cells left
empty below the first, a heading with a year in it) is said in the same place and done by ingestion.recognise.reshape.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AliasChoices, Field, TypeAdapter, model_validator

from foundation.text import fold, fold_header
from schemas.catalogue import roles
from schemas.kinds import KINDS, Kind
from schemas.metadata_file import BadFile, Strict, Text, no_such, read_yaml_text, usable, validated

HEADER_MAPS = Path(__file__).parent / "header_maps"
SECOND = ".second"
"""Ends the name of a column that stands in where its field's own cell is empty."""
BRACKETS = re.compile(r" ?\([^()]*\)")
BLANKS = {"{code}": r"[\w./-]*\d[\w./-]*", "{number}": r"\d+", "{year}": r"(?P<year>(?:19|20)\d\d)"}
"""What may stand in a pattern of headings or prefixes: a code that has a digit, a number, a year."""

DASHES = "-‐‑‒–—−"
TOKEN = re.compile(rf"{'|'.join(map(re.escape, BLANKS))}| ?[{DASHES}] ?|\s+|[^{DASHES}\s{{]+|{{")

OrganisationColumns = Literal["required", "place", "optional", "none"]
"""`place`: the organisation or its municipality must be named; `optional`: neither need be."""


def pattern(template: str) -> re.Pattern[str]:
    """A regular expression of a text with blanks to fill: «План на {year} год», «{code} | ».

    Spaces may be missing or more, but for those beside a hyphen: «24 - Первый район» has a code, «2-я школа» has none.
    """
    return re.compile("".join(map(_token, TOKEN.findall(template))), re.IGNORECASE)


def _token(text: str) -> str:
    if text in BLANKS:
        return BLANKS[text]
    if not text.strip():
        return r"\s*"
    if text.strip() in DASHES:
        before, after = (r"\s+" if spaced else "" for spaced in (text[0] == " ", text[-1] == " "))
        return f"{before}[{DASHES}]{after}"
    return re.escape(text)


def _any_of(templates: tuple[str, ...]) -> str:
    """A regular expression of what may stand before a value, as polars reads it."""
    return rf"^\s*(?:{'|'.join(pattern(template).pattern for template in templates)})\s*"


def _with_blank(template: str) -> str:
    unknown = set(re.findall(r"{[^{}]*}", template)) - set(BLANKS)
    if unknown:
        raise ValueError(f"в «{template}» можно подставить только {', '.join(BLANKS)}")
    if template.count("{year}") > 1:
        raise ValueError(f"в «{template}» год назван дважды")
    return template


Template = Annotated[str, Field(min_length=1), AfterValidator(_with_blank)]
Spellings = Annotated[tuple[Template, ...], Field(min_length=1)]
Fields = tuple[Text, ...]


RENAMED_KEYS = {"unfold": "unpivot", "unfold_values": "unpivot_values", "unfold_list": "unpivot_list"}
"""Keys of earlier versions, which a region's own maps may still have."""


def _renamed(former: str, default: Any) -> Any:
    """A field with a former key as well; what is wrong with it is said of the key that the file has."""
    return Field(default, validation_alias=AliasChoices(RENAMED_KEYS[former], former))


class LayoutMap(Strict):
    """A layout as its YAML says it."""

    name: Text
    columns: Annotated[dict[Text, Spellings], Field(min_length=1)]
    required: Fields
    any_of: Fields = ()
    context: Fields = ()
    organisation: Literal["required", "place", "optional", False] = "required"
    dropped: Fields = ()
    stand_ins: Fields = ()
    defaults: dict[Text, Text] = Field(default_factory=dict)
    constants: dict[Text, Text] = Field(default_factory=dict)
    marker: Text | None = None
    month_first_dates: bool = False
    unpivot: Fields = _renamed("unfold", ())
    unpivot_values: Fields = _renamed("unfold_values", ())
    unpivot_list: Text | None = _renamed("unfold_list", None)
    strip: dict[Text, Annotated[tuple[Template, ...], Field(min_length=1)]] = Field(default_factory=dict)
    """What stands before the value in the cells of a field: «{code} | », «{number}) »."""
    recode: dict[Text, Annotated[dict[Text, Text], Field(min_length=1)]] = Field(default_factory=dict)
    """What the words of this export mean in the words of the contract."""
    second_columns: dict[Text, Annotated[Fields, Field(min_length=1)]] = Field(default_factory=dict)
    """Headings of a column that stands in where the field's own cell is empty."""
    fill_down: Fields = ()
    """Fields whose cell is written once for the rows below it."""

    @model_validator(mode="before")
    @classmethod
    def _refuse_both_keys(cls, values: Any) -> Any:
        for former, key in RENAMED_KEYS.items():
            if isinstance(values, dict) and former in values and key in values:
                raise ValueError(f"«{former}» — прежнее имя ключа «{key}», здесь даны оба; оставьте «{key}»")
        return values

    @model_validator(mode="after")
    def _check_years(self) -> Self:
        for name, texts in self.columns.items():
            if len({"{year}" in text for text in texts}) > 1:
                raise ValueError(f"столбец «{name}»: {{year}} должен быть во всех его заголовках или ни в одном")
        return self

    @property
    def yearly(self) -> Fields:
        """Fields of which the file has a column a year."""
        return tuple(name for name, texts in self.columns.items() if "{year}" in texts[0])


class HeaderMap(Strict):
    """One file: the layouts of one kind."""

    kind: Text
    ignore_brackets: bool = False
    layouts: Annotated[tuple[LayoutMap, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        if self.kind not in KINDS:
            raise ValueError(no_such("вида", self.kind, KINDS))
        for layout in self.layouts:
            _check_layout(KINDS[self.kind], layout)
        return self


def _check_layout(kind: Kind, layout: LayoutMap) -> None:
    """Raise ValueError for a field that no column reads, a needed one that nothing gives, a heading of two fields."""
    here = f"расположение «{layout.name}»"
    named = {*layout.required, *layout.any_of, *layout.context, *layout.columns, *layout.defaults, *layout.constants}
    named |= {*layout.unpivot_values, *layout.strip, *layout.recode, *layout.second_columns, *layout.fill_down}
    named |= {layout.unpivot_list} if layout.unpivot_list else set()
    wide = {f"{value}_{role}" for value in layout.unpivot_values for role in layout.unpivot}
    if unknown := named - kind.fields - wide:
        raise ValueError(f"{here}: у вида «{kind.code}» {no_such('поля', min(unknown), sorted(kind.fields))}")
    known_roles = {role.code for role in roles()}
    if unknown := set(layout.unpivot) - known_roles:
        raise ValueError(f"{here}: {no_such('роли', min(unknown), sorted(known_roles))}")
    if repeated := set(layout.fill_down) & kind.measures:
        raise ValueError(f"{here}: «{min(repeated)}» — число, его нельзя повторить в строках ниже (fill_down)")
    if layout.yearly and kind.year_column is None:
        raise ValueError(f"{here}: у вида «{kind.code}» нет года, {{year}} в заголовке некуда отнести")
    given = {*layout.columns, *layout.context, *layout.defaults, *layout.constants}
    given |= {*_organisation_columns()} if layout.organisation else set()
    given |= {kind.year_column} if layout.yearly and kind.year_column else set()
    given |= {"role_code", *layout.unpivot_values} if layout.unpivot else set()
    if missing := [name for name in (*layout.required, *kind.required) if name not in given]:
        raise ValueError(f"{here}: обязательному полю «{missing[0]}» не дан заголовок (columns)")
    seen: dict[str, str] = {}
    headings = {**layout.columns, **{name + SECOND: texts for name, texts in layout.second_columns.items()}}
    for name, text in ((name, text) for name, texts in headings.items() for text in texts):
        if seen.setdefault(fold_header(text), name) != name:
            raise ValueError(f"{here}: заголовок «{text}» дан двум полям, «{seen[fold_header(text)]}» и «{name}»")


@dataclass(frozen=True)
class Layout:
    """One layout of one kind: folded headings to fields, and what a file of this layout needs."""

    kind: str
    name: str
    spellings: Mapping[str, str]
    titles: Mapping[str, str]
    required: tuple[str, ...]
    any_of: tuple[str, ...]
    context: frozenset[str]
    organisation: OrganisationColumns
    dropped: frozenset[str] = frozenset()
    stand_ins: frozenset[str] = frozenset()
    """Headings that name their field only in a table without its own column («№ п/п» for «№ результата»)."""
    defaults: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    marker: str | None = None
    ignore_brackets: bool = False
    month_first_dates: bool = False
    unpivot: tuple[str, ...] = ()
    unpivot_values: tuple[str, ...] = ()
    unpivot_list: str | None = None
    """A field that names several organisations in one cell: one row each."""
    strip: Mapping[str, str] = field(default_factory=dict)
    """By field: a regular expression of what stands before its value."""
    recode: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By field: folded words of the export to words of the contract."""
    fill_down: tuple[str, ...] = ()
    second_columns: tuple[str, ...] = ()
    """Fields that may have a second column, which is named with SECOND."""
    yearly: tuple[tuple[str, re.Pattern[str]], ...] = ()
    """Fields that may have a column a year, each named «field.2024», with the pattern of their folded headings."""

    def title(self, name: str) -> str:
        """The canonical Russian heading of a field."""
        return self.titles.get(name, name)

    @property
    def is_reshaped(self) -> bool:
        """Whether cells are not taken as they stand (ingestion.recognise.reshape)."""
        return bool(self.strip or self.recode or self.fill_down or self.second_columns or self.yearly)

    def meaning(self, heading: str) -> str | None:
        """The column that a heading names, or None: a field, its second column or its column of a year."""
        folded = fold_header(heading)
        if folded in self.spellings:
            return self.spellings[folded]
        if named := next(
            (f"{name}.{found['year']}" for name, one in self.yearly if (found := one.fullmatch(folded))), None
        ):
            return named
        if self.ignore_brackets and folded not in self.dropped:
            return self.spellings.get(without_brackets(folded))
        return None

    def fields_of(self, column: str) -> frozenset[str]:
        """The fields that a column gives: of a column of a year its field and the year."""
        name, _, part = column.partition(".")
        year = KINDS[self.kind].year_column if part.isdigit() else None
        return frozenset({name, year} if year else {name})


def without_brackets(folded: str) -> str:
    """A folded heading without what stands in brackets: templates of one form differ in it."""
    return fold_header(BRACKETS.sub("", folded))


@lru_cache
def _organisation_columns() -> dict[str, tuple[str, ...]]:
    path = HEADER_MAPS / "_organisation.yaml"
    return validated(path, TypeAdapter(dict[str, tuple[str, ...]]), read_yaml_text(path))


@lru_cache
def _dropped_everywhere() -> tuple[str, ...]:
    path = HEADER_MAPS / "_dropped.yaml"
    return validated(path, TypeAdapter(tuple[str, ...]), read_yaml_text(path))


def _layout(document: HeaderMap, data: LayoutMap) -> Layout:
    columns: Mapping[str, tuple[str, ...]] = data.columns
    if data.organisation:
        columns = {**_organisation_columns(), **columns}
    single = {name: texts for name, texts in columns.items() if name not in data.yearly}
    seconds = {name + SECOND: texts for name, texts in data.second_columns.items()}
    return Layout(
        kind=document.kind,
        name=data.name,
        spellings={fold_header(text): name for name, texts in {**single, **seconds}.items() for text in texts},
        titles={name: texts[0] for name, texts in {**columns, **seconds}.items()},
        required=data.required,
        any_of=data.any_of,
        context=frozenset(data.context),
        organisation=data.organisation or "none",
        dropped=frozenset(fold_header(text) for text in (*data.dropped, *_dropped_everywhere())),
        stand_ins=frozenset(fold_header(text) for text in data.stand_ins),
        defaults=data.defaults,
        constants=data.constants,
        marker=fold_header(data.marker) if data.marker else None,
        ignore_brackets=document.ignore_brackets,
        month_first_dates=data.month_first_dates,
        unpivot=data.unpivot,
        unpivot_values=data.unpivot_values,
        unpivot_list=data.unpivot_list,
        strip={name: _any_of(templates) for name, templates in data.strip.items()},
        recode={name: {fold(word): known for word, known in words.items()} for name, words in data.recode.items()},
        fill_down=data.fill_down,
        second_columns=tuple(data.second_columns),
        yearly=tuple((name, pattern(fold_header(text))) for name in data.yearly for text in columns[name]),
    )


def _read(path: Path) -> list[Layout]:
    document = validated(path, HeaderMap, read_yaml_text(path))
    return [_layout(document, data) for data in document.layouts]


@lru_cache
def project_layouts() -> tuple[Layout, ...]:
    """The layouts that come with the project."""
    paths = sorted(path for path in HEADER_MAPS.glob("*.yaml") if not path.name.startswith("_"))
    return tuple(layout for path in paths for layout in _read(path))


@dataclass(frozen=True)
class HeaderMaps:
    """Every layout known, the project's first, and the region's files that could not be used."""

    layouts: tuple[Layout, ...]
    bad: tuple[BadFile, ...]


def read_header_maps(folder: Path) -> HeaderMaps:
    """The project's layouts and those of a region's own folder (VITRINA_HOME/header_maps)."""
    found = [outcome for _, outcome in usable(sorted(folder.glob("*.yaml")), _read)]
    added = [layout for one in found if not isinstance(one, BadFile) for layout in one]
    return HeaderMaps((*project_layouts(), *added), tuple(one for one in found if isinstance(one, BadFile)))
