"""What a name in a file and an organisation of the registry have in common, and what sets them apart, in Russian."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from foundation.text import fold
from ingestion.match.organisations import Organisation, OrganisationIndex, Query
from ingestion.names.forms import SCHOOL, TOGETHER
from ingestion.names.parts import NameParts, name_parts

OWNERS = {
    "municipal": "муниципальная", "state": "государственная", "federal": "федеральная", "private": "частная",
}  # fmt: skip
NOTHING = "нет"


@dataclass(frozen=True)
class Comparison:
    """Parts that agree, and parts that differ with both sides."""

    agrees: tuple[str, ...]
    differs: tuple[str, ...]


def compare(query: Query, known: Organisation, name: str, index: OrganisationIndex) -> Comparison:
    """A question beside one name of an organisation, part by part; the municipality counts as one of them."""
    row, other = _parts(name_parts(query.name or "")), _parts(name_parts(name))
    agrees = [part for part in row if row[part] and row[part] == other[part]]
    differs = [
        f"{part}: в файле {row[part] or NOTHING}, в реестре {other[part] or NOTHING}"
        for part in row
        if row[part] != other[part]
    ]
    place = index.place_of(index.placed(query))
    if place is not None and place == known.municipality_key:
        agrees.append("муниципалитет")
    else:
        written = query.municipality or "не указан"
        differs.append(f"муниципалитет: в файле {written}, в реестре {known.municipality}")
    return Comparison(tuple(agrees), tuple(differs))


def _parts(parts: NameParts) -> Mapping[str, str]:
    return {
        "собственность": " и ".join(OWNERS.get(one, one) for one in parts.owner.split(TOGETHER)),
        "тип": "школа (какая, не сказано)" if parts.type == SCHOOL else " и ".join(filter(None, parts.types)),
        "тип по правовой форме": " и ".join(filter(None, parts.form.split(TOGETHER))),
        "номер": " и ".join(filter(None, parts.numbers)),
        "номер впереди, может быть строки": parts.line,
        "название": _words(parts.said),
        "чьё имя носит": _words(parts.honoree),
        "площадка": "филиал" if parts.is_site else "",
        "часть организации": parts.part,
        "место в названии": "; ".join(sorted(f"{place.level} {place.stem}…" for place in parts.places)),
    }


def _words(words: frozenset[str]) -> str:
    return f"«{' '.join(sorted(words))}»" if words else ""


def particulars(
    connection: duckdb.DuckDBPyConnection, index: OrganisationIndex, identifiers: set[str]
) -> dict[str, str]:
    """What tells organisations of one look apart, by identifier: codes, validity, former names, the main organisation.

    The registry has no addresses, so that none is told.
    """
    rows = connection.execute(
        "select organisation_id, oktmo, valid_from, valid_to, full_name, short_name from raw.organisation_registry"
        " where organisation_id in (select unnest(?::text[]))"
        " order by coalesce(valid_from, date '1900-01-01'), load_sequence, row_id desc",
        [sorted(identifiers)],
    ).fetchall()
    latest = {identifier: values for identifier, *values in rows}
    return {
        identifier: _particulars(index.organisations[identifier], *values)
        for identifier, values in latest.items()
        if identifier in index.organisations
    }


def _particulars(
    known: Organisation, oktmo: str | None, valid_from: object, valid_to: object, full_name: str, short_name: str | None
) -> str:
    standing = {fold(full_name), fold(short_name or "")}
    former = [name for name in known.names if fold(name) not in standing]
    told = [
        f"КПП {known.kpp}" if known.kpp else "",
        f"ОКТМО {oktmo}" if oktmo else "",
        f"действует с {valid_from:%d.%m.%Y}" if valid_from else "",
        f"действует по {valid_to:%d.%m.%Y}" if valid_to else "",
        f"прежние названия: {'; '.join(former)}" if former else "",
        f"филиал организации {known.entity_id}" if known.is_site else "",
    ]
    return "; ".join(text for text in told if text)
