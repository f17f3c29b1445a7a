"""Header maps: which headings mean which fields, by kind and layout. Data in YAML; a region adds its own file.

A layout names the fields that must be there (`required`), those of which one is enough (`any_of`), and
those that may come from title lines, the sheet name or `vitrina add --set` instead of a column (`context`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from schemas.text import fold_header

HEADER_MAPS = Path(__file__).parent / "header_maps"


OrganisationColumns = Literal["required", "place", "optional", "none"]
"""`place`: the organisation or its municipality must be named; `optional`: neither need be."""


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
    unfold: tuple[str, ...] = ()
    unfold_values: tuple[str, ...] = ()
    unfold_list: str | None = None
    """A field that names several organisations in one cell: one row each."""

    def title(self, name: str) -> str:
        """The canonical Russian heading of a field."""
        return self.titles.get(name, name)


def _organisation_columns() -> dict[str, list[str]]:
    columns: dict[str, list[str]] = yaml.safe_load((HEADER_MAPS / "_organisation.yaml").read_text(encoding="utf-8"))
    return columns


@lru_cache
def _dropped_everywhere() -> tuple[str, ...]:
    return tuple(yaml.safe_load((HEADER_MAPS / "_dropped.yaml").read_text(encoding="utf-8")))


def _layout(kind: str, document: Mapping[str, Any], data: Mapping[str, Any]) -> Layout:
    rule = data.get("organisation", "required")
    organisation: OrganisationColumns = "none" if rule is False else rule
    columns: dict[str, list[str]] = dict(data["columns"])
    if organisation != "none":
        columns = {**_organisation_columns(), **columns}
    marker = data.get("marker")
    return Layout(
        kind=kind,
        name=data["name"],
        spellings={fold_header(text): name for name, texts in columns.items() for text in texts},
        titles={name: texts[0] for name, texts in columns.items()},
        required=tuple(data["required"]),
        any_of=tuple(data.get("any_of", ())),
        context=frozenset(data.get("context", ())),
        organisation=organisation,
        dropped=frozenset(fold_header(text) for text in (*data.get("dropped", ()), *_dropped_everywhere())),
        stand_ins=frozenset(fold_header(text) for text in data.get("stand_ins", ())),
        defaults=data.get("defaults", {}),
        constants=data.get("constants", {}),
        marker=fold_header(marker) if marker else None,
        ignore_brackets=bool(document.get("ignore_brackets", False)),
        month_first_dates=bool(data.get("month_first_dates", False)),
        unfold=tuple(data.get("unfold", ())),
        unfold_values=tuple(data.get("unfold_values", ())),
        unfold_list=data.get("unfold_list"),
    )


def _read(path: Path) -> list[Layout]:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [_layout(document["kind"], document, data) for data in document["layouts"]]


@lru_cache
def _own_layouts() -> tuple[Layout, ...]:
    paths = sorted(path for path in HEADER_MAPS.glob("*.yaml") if not path.name.startswith("_"))
    return tuple(layout for path in paths for layout in _read(path))


def layouts(regional: Path) -> tuple[Layout, ...]:
    """Every layout known: the project's, then those of a region's own folder (VITRINA_HOME/header_maps)."""
    added = [layout for path in sorted(regional.glob("*.yaml")) for layout in _read(path)]
    return (*_own_layouts(), *added)
