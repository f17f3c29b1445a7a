"""What users see instead of the marts' names and codes: short Russian labels of columns and of values."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from foundation.settings import per_home
from schemas.catalogue import roles, systems
from schemas.catalogue_file import CATALOGUES
from schemas.footnotes import footnote_kinds
from schemas.glossary import headings
from schemas.mart_contracts import own_labels
from schemas.metadata_file import read_yaml_text
from schemas.rules import EXPECTED


@lru_cache
def column_labels() -> Mapping[str, str]:
    """Every label: by column, words of the glossary among them, and by `mart.column` where one mart differs."""
    return {**headings(), **_mapping("column_labels.yaml")}


def column_label(mart: str, column: str) -> str:
    """The header of a column in a table of this mart; KeyError for a column that has none.

    A name that several marts share has its label in the catalogue; a column of one mart may say it itself.
    """
    labels = column_labels()
    return labels.get(f"{mart}.{column}") or labels.get(column) or own_labels(mart)[column]


@per_home
def value_labels(column: str) -> Mapping[str, str]:
    """Russian words by code for a column that holds codes; empty for any other."""
    if column == "kind":
        return _kinds()
    written: dict[str, dict[str, str]] = _mapping("value_labels.yaml")
    return written.get(column) or _from_catalogues().get(column, {})


@per_home
def _from_catalogues() -> Mapping[str, Mapping[str, str]]:
    system_titles = {system.code: system.short_title for system in systems()}
    return {
        "system_code": system_titles,
        "source_system": system_titles,
        "successor_code": system_titles,
        "footnote_kind": {kind.code: kind.title for kind in footnote_kinds().values()},
        "role": {role.code: role.title for role in roles()},
        "rule": EXPECTED,
    }


def _kinds() -> Mapping[str, str]:
    from schemas.kinds import KINDS  # noqa: PLC0415 - brings pandera, a second that a table of indicators need not wait

    return {kind.code: kind.title for kind in KINDS.values()}


def _mapping(name: str) -> dict[str, Any]:
    found: dict[str, Any] = read_yaml_text(CATALOGUES / name)
    return found
