"""Passports as reference tables: their versions, and the components that each counts."""

from collections.abc import Iterable, Mapping

from schemas.catalogue_file import rows as catalogue_rows
from schemas.catalogue_rows import SYSTEMS
from schemas.formula import formula_of
from schemas.passport import Component, Passport, passports
from schemas.reference_table import Table


def passport_tables() -> tuple[Table, Table]:
    """The tables of passports and of their components."""
    known = passports()
    return _passport_table(known), _component_table(known)


def _passport_table(passports: Iterable[Passport]) -> Table:
    columns = {
        "indicator_code": "varchar", "version": "integer", "position": "integer", "title": "varchar",
        "short_title": "varchar", "definition": "varchar", "definition_source": "varchar",
        "formula": "varchar", "numerator_text": "varchar", "denominator_text": "varchar",
        "document": "varchar", "document_lines": "varchar", "document_codes": "varchar", "same_as": "varchar",
        "note": "varchar", "unit": "varchar", "precision_digits": "integer", "direction": "varchar",
        "aggregation": "varchar",
        "cumulative": "varchar", "plan_accumulates": "boolean", "year_kind": "varchar", "population": "varchar",
        "computed_where": "varchar", "monthly_monitoring": "boolean",
        "valid_from_year": "integer", "valid_to_year": "integer", "break_threshold": "decimal(18,6)",
    }  # fmt: skip
    rows = tuple(
        (
            p.code, p.version, p.position, p.title, p.short_title, p.definition, p.definition_source,
            formula.formula, formula.numerator, formula.denominator, p.document, p.document_lines,
            ", ".join(p.document_codes) or None, p.same_as,
            p.note, p.unit, p.precision, p.direction, p.aggregation,
            p.cumulative, p.plan_accumulates, p.year_kind, p.population, p.computed_where, p.monthly_monitoring,
            p.valid_from_year, p.valid_to_year, p.break_threshold,
        )
        for p in passports
        for formula in (formula_of(p),)
    )  # fmt: skip
    return Table("indicator_passport", "Версия паспорта показателя", ("indicator_code", "version"), columns, rows)


def _component_table(passports: Iterable[Passport]) -> Table:
    columns = {
        "indicator_code": "varchar", "version": "integer", "side": "varchar", "priority": "integer",
        "measure_code": "varchar", "role_code": "varchar", "system_code": "varchar", "subject_code": "varchar",
        "is_proxy": "boolean",
        "threshold": "decimal(18,6)",
    }  # fmt: skip
    relatives = _relatives()
    rows = tuple(
        (p.code, p.version, side, priority, c.measure, c.role, c.system, c.subject, is_proxy, c.threshold)
        for p in passports
        for side, priority, is_proxy, c in _with_relatives(p, relatives)
    )
    return Table(
        "passport_component",
        "Составляющая числителя или знаменателя версии паспорта, с её местом среди источников",
        ("indicator_code", "version", "side", "priority", "measure_code", "role_code", "system_code", "subject_code"),
        columns,
        rows,
    )


def _relatives() -> dict[str, tuple[str, ...]]:
    """The systems that a system succeeded or was succeeded by, the nearest first, as the catalogue links them."""
    items = {item["code"]: item for item in catalogue_rows(SYSTEMS)}

    def line(code: str, link: str) -> list[str]:
        following = items[code].get(link)
        return [following, *line(following, link)] if following else []

    return {code: (*line(code, "successor"), *line(code, "predecessor")) for code in items}


def _with_relatives(
    passport: Passport, relatives: Mapping[str, tuple[str, ...]]
) -> Iterable[tuple[str, int, bool, Component]]:
    """The components of a passport, and after them the same of the systems before and after theirs.

    What a measured system has become is no proxy, unless the passport itself says so; the series is marked where
    its system changes.
    """
    own = list(passport.components())
    last = {side: priority for side, priority, _, _ in own}
    named = {(side, c.measure, c.role, c.system, c.subject) for side, _, _, c in own}
    yield from own
    for side, _, is_proxy, component in own:
        for system in relatives.get(component.system or "", ()):
            key = (side, component.measure, component.role, system, component.subject)
            if key not in named:
                named.add(key)
                last[side] += 1
                yield side, last[side], is_proxy, component.model_copy(update={"system": system})
