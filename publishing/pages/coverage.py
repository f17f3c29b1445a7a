"""The page that says where every system and every indicator of the seed documents lives, or why it does not.

`python -m publishing.pages.coverage` writes docs/coverage.md from the systems catalogue and the passports; a test fails
when a row of the two lists has no place in it, or when the page is behind the metadata.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from foundation.sources import ROOT
from schemas.catalogue_file import project_rows, read_csv
from schemas.catalogue_rows import SYSTEMS
from schemas.kinds import KINDS
from schemas.labels import value_labels
from schemas.mart_contracts import marts_of_kinds
from schemas.measures import measures
from schemas.passport import Passport, load_passports

PAGE = ROOT / "docs" / "coverage.md"
SYSTEM_ROWS = range(1, 80)
"""Rows of the list of systems, programmes and registries that the five seed documents name."""
INDICATOR_COUNTS = {"ENI": 17, "ZIM": 21, "KOV": 10, "KEM": 12, "TUL": 14}
"""Indicators of each seed document."""
INTRODUCTION = """# Где живёт каждая система и каждый показатель исходных документов

Страница создана из каталога систем и паспортов показателей (`make docs`), руками не правится.
Номера строк и коды показателей даны по перечням исходных документов: 79 систем, 74 показателя.
"""
MENTIONED = "только упомянута: документ ничего ею не измеряет"


def page() -> str:
    """The whole page in Markdown; KeyError when a system's kind of export is shown in no mart."""
    passports = load_passports()
    return "\n".join([INTRODUCTION, _systems(passports), _indicators(passports), _without_year()])


def missing_system_rows() -> list[int]:
    """Rows of the list of systems that no entry of the catalogue claims."""
    claimed = {number for entry in project_rows(SYSTEMS) for number in entry["document_rows"]}
    return [number for number in SYSTEM_ROWS if number not in claimed]


def indicators_by_document(passports: Iterable[Passport]) -> dict[str, list[str]]:
    """Codes of the seed documents by document, each as often as a passport covers it."""
    found: dict[str, list[str]] = defaultdict(list)
    for passport in passports:
        for code in passport.document_codes:
            found[code.split(".")[0]].append(code)
    return found


def _systems(passports: Iterable[Passport]) -> str:
    entries = project_rows(SYSTEMS)
    indicators = _indicators_of_systems(passports)
    lines = ["## Системы", "", "| строка | система | роль | где живёт | показатели |", "|--:|---|---|---|---|"]
    for number in SYSTEM_ROWS:
        lines += [
            f"| {number} | {entry['title']} | {_role(entry)} | {_home(entry)} |"
            f" {', '.join(indicators.get(entry['code'], ())) or '—'} |"
            for entry in entries
            if number in entry["document_rows"]
        ]
    return "\n".join([*lines, ""])


def _role(entry: Mapping[str, Any]) -> str:
    role = value_labels("system_role")[entry["role"]]
    return f"{role}, в составе `{entry['part_of']}`" if "part_of" in entry else role


def _home(entry: Mapping[str, Any]) -> str:
    kinds = entry.get("exports", ())
    if not kinds:
        return f"`dim_system`; {MENTIONED}"
    shown_in = marts_of_kinds()
    marts = dict.fromkeys(shown_in[kind] for kind in kinds)
    titles = ", ".join(f"«{KINDS[kind].title}»" for kind in kinds)
    return f"{titles} → {', '.join(f'`{mart}`' for mart in marts)}"


def _indicators_of_systems(passports: Iterable[Passport]) -> dict[str, list[str]]:
    """Passports whose components name a system, or an object or event of the catalogue."""
    found: dict[str, list[str]] = defaultdict(list)
    for passport in passports:
        codes = {code for _, _, _, part in passport.components() for code in (part.system, part.subject) if code}
        for code in sorted(codes):
            found[code].append(f"`{passport.code}`")
    return found


def _indicators(passports: Iterable[Passport]) -> str:
    titles = {measure.measure_code: measure.title for measure in measures()}
    lines = [
        "## Показатели",
        "",
        "| код | паспорт | показатель | как вычисляется | оговорка |",
        "|---|---|---|---|---|",
    ]
    rows = [(code, passport) for passport in passports for code in passport.document_codes]
    for code, passport in sorted(rows, key=lambda row: _order(row[0])):
        lines.append(
            f"| {code} | `{passport.code}` | {passport.short_title} | {_computation(passport, titles)} |"
            f" {' '.join((passport.note or '—').split())} |"
        )
    return "\n".join([*lines, ""])


def _order(code: str) -> tuple[int, list[tuple[int, str]]]:
    document, _, number = code.partition(".")
    parts = re.findall(r"\d+|[^\d.]+", number)
    return list(INDICATOR_COUNTS).index(document), [(int(part) if part.isdigit() else 0, part) for part in parts]


def _computation(passport: Passport, titles: Mapping[str, str]) -> str:
    if passport.numerator is None:
        return "не вычисляется: выгрузки такой нет; план и факт документов в `indicator_plan` и `reconciliation`"
    sources = dict.fromkeys(titles[component.measure] for component in passport.numerator.own)
    how = value_labels("aggregation")[passport.aggregation]
    return f"{how}: {'; '.join(sources)}; `indicator_by_territory`"


def _without_year() -> str:
    lines = ["## Значения, которых в хранилище нет", "", "| код | год | значение | почему |", "|---|---|---|---|"]
    lines += [
        f"| {row['code']} | {row['year'] or '—'} | {row['value'] or '—'} | {row['reason']} |"
        for row in read_csv("values_left_out.csv")
    ]
    return "\n".join([*lines, ""])


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
