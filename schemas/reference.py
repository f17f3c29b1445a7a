"""Writes schema `reference` of the build file from the YAML and CSV under schemas/: what dbt may know of metadata."""

import duckdb

from schemas import catalogue
from schemas.calendar_reference import calendar_tables
from schemas.catalogue_file import rows as catalogue_rows
from schemas.catalogue_rows import MUNICIPALITY_TOTALS, PROGRAMME_PATTERNS, SYSTEMS
from schemas.document_checks import DOCUMENT_CHECKS
from schemas.footnotes import footnote_kinds
from schemas.kinds import KINDS
from schemas.measure_kinds import measures_of_kinds
from schemas.passport_reference import passport_tables
from schemas.reference_table import Table
from schemas.regions import regions
from schemas.territories import listed_municipalities

TRUE_WORDS = frozenset({"true", "1", "да", "yes"})


def write_reference(connection: duckdb.DuckDBPyConnection) -> None:
    """(Re)create schema `reference` whole, in one transaction."""
    tables = reference_tables()
    connection.execute("begin")
    try:
        connection.execute("create schema if not exists reference")
        for table in tables:
            _write(connection, table)
    except Exception:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def reference_tables() -> tuple[Table, ...]:
    """Every reference table, read and checked."""
    return (
        *passport_tables(),
        _measures(),
        _measure_kinds(),
        _programme_patterns(),
        _systems(),
        _units(),
        _roles(),
        _regions(),
        _municipalities(),
        _municipality_totals(),
        _organisation_types(),
        _kinds(),
        _footnote_kinds(),
        *_document_checks(),
        *calendar_tables(),
    )


def _write(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    columns = ", ".join(f"{name} {sql_type}" for name, sql_type in table.columns.items())
    connection.execute(f"create or replace table reference.{table.name} ({columns})")
    if table.rows:
        # One statement: DuckDB plans every statement of an executemany anew, which took seconds for a few hundred rows.
        marks = f"({', '.join('?' for _ in table.columns)})"
        rows = ", ".join(marks for _ in table.rows)
        connection.execute(
            f"insert into reference.{table.name} values {rows}", [cell for row in table.rows for cell in row]
        )


def _measures() -> Table:
    names = ("measure_code", "title", "time_rule", "rollup", "unit", "absence", "list_kind")
    rows = tuple(tuple(getattr(measure, name) for name in names) for measure in measures_of_kinds())
    return Table(
        "measure",
        "Мера: как складывается по времени и площадкам, что значит её отсутствие",
        ("measure_code",),
        dict.fromkeys(names, "varchar"),
        rows,
    )


def _measure_kinds() -> Table:
    rows = tuple((measure.measure_code, kind) for measure in measures_of_kinds() for kind in measure.kinds)
    return Table(
        "measure_kind",
        "Вид выгрузки, который даёт меру",
        ("measure_code", "kind"),
        {"measure_code": "varchar", "kind": "varchar"},
        rows,
    )


def _programme_patterns() -> Table:
    columns = {"applies_to": "varchar", "pattern": "varchar", "is_digital_environment": "boolean", "note": "varchar"}
    rows = tuple(
        (line["applies_to"], line["pattern"], _truth(line["is_digital_environment"]), line.get("note"))
        for line in catalogue_rows(PROGRAMME_PATTERNS)
    )
    return Table(
        "programme_pattern",
        "Образец названия программы или поставки: относится ли она к ЦОС",
        ("applies_to", "pattern"),
        columns,
        rows,
    )


def _systems() -> Table:
    columns = {
        "system_code": "varchar", "title": "varchar", "short_title": "varchar", "kind": "varchar", "role": "varchar",
        "measures": "varchar", "grain": "varchar", "part_of_code": "varchar", "predecessor_code": "varchar",
        "successor_code": "varchar", "valid_from": "date", "valid_to": "date", "spellings": "varchar",
        "note": "varchar",
    }  # fmt: skip
    rows = tuple(
        (
            item["code"], item["title"], item.get("short_title") or item["title"], item.get("kind"), item.get("role"),
            item.get("measures"), item.get("grain"), item.get("part_of"), item.get("predecessor"),
            item.get("successor"), item.get("valid_from"), item.get("valid_to"), "; ".join(item["spellings"]),
            item.get("note"),
        )
        for item in catalogue_rows(SYSTEMS)
    )  # fmt: skip
    return Table("system", "Система, платформа, объект или мероприятие", ("system_code",), columns, rows)


def _units() -> Table:
    columns = {"spelling": "varchar", "unit": "varchar", "factor": "decimal(18,6)"}
    rows = tuple((spelling, unit, factor) for spelling, (unit, factor) in catalogue.units().items())
    return Table(
        "unit_spelling",
        "Написание единицы измерения и единица паспортов, которую оно значит",
        ("spelling",),
        columns,
        rows,
    )


def _roles() -> Table:
    rows = tuple((role.code, role.title) for role in catalogue.roles())
    return Table("role", "Роль", ("role_code",), {"role_code": "varchar", "title": "varchar"}, rows)


def _organisation_types() -> Table:
    columns = {
        "title": "varchar", "is_general_education": "boolean", "has_basic_general": "boolean",
        "network_group": "varchar", "network_order": "integer",
    }  # fmt: skip
    groups = list(dict.fromkeys(t.network_group for t in catalogue.organisation_types()))
    rows = tuple(
        (t.title, t.is_general_education, t.has_basic_general, t.network_group, groups.index(t.network_group))
        for t in catalogue.organisation_types()
    )
    return Table("organisation_type", "Тип организации и что он значит для знаменателей", ("title",), columns, rows)


def _kinds() -> Table:
    columns = {"kind": "varchar", "title": "varchar", "period_kind": "varchar", "is_personal": "boolean"}
    rows = tuple((kind.code, kind.title, kind.period_kind, kind.is_personal) for kind in KINDS.values())
    return Table("kind", "Вид выгрузки", ("kind",), columns, rows)


def _footnote_kinds() -> Table:
    columns = {"footnote_kind": "varchar", "position": "integer", "title": "varchar", "text": "varchar"}
    rows = tuple((kind.code, kind.position, kind.title, kind.text) for kind in footnote_kinds().values())
    return Table("footnote_kind", "Вид сноски и её слова", ("footnote_kind",), columns, rows)


def _document_checks() -> tuple[Table, Table]:
    checks, terms = [], []
    for item in catalogue_rows(DOCUMENT_CHECKS):
        head = ("code", "title", "document", "lines", "relation")
        checks.append((*(item[name] for name in head), item.get("note")))
        for side in ("left", "right"):
            for number, term in enumerate(item[side], start=1):
                code = term.get("indicator")
                first, last = term.get("years", (None, None))
                place = (item["code"], side, number, code, term.get("value"), first, last)
                terms.append((*place, term.get("part"), term.get("unit"), term.get("constant")))
    check_columns = dict.fromkeys(("check_code", "title", "document", "lines", "relation", "note"), "varchar")
    term_columns = {
        "check_code": "varchar", "side": "varchar", "term_number": "integer", "indicator_code": "varchar",
        "value_type": "varchar", "first_year": "integer", "last_year": "integer", "breakdown": "varchar",
        "unit": "varchar", "constant": "decimal(18,6)",
    }  # fmt: skip
    return (
        Table(
            "document_check",
            "Равенство или неравенство, которое должно выполняться для чисел одного документа",
            ("check_code",),
            check_columns,
            tuple(checks),
        ),
        Table(
            "document_check_term",
            "Слагаемое одной из сторон проверки документа",
            ("check_code", "side", "term_number"),
            term_columns,
            tuple(terms),
        ),
    )


def _regions() -> Table:
    rows = tuple((region.code, region.name, region.oktmo_prefix) for region in regions())
    return Table(
        "region",
        "Субъект федерации",
        ("region_code",),
        dict.fromkeys(("region_code", "name", "oktmo_prefix"), "varchar"),
        rows,
    )


def _municipalities() -> Table:
    """The list of municipalities, each under the key that rows get while no organisation of it is in the registry."""
    columns = {**dict.fromkeys(("municipality_key", "region_code", "name", "oktmo"), "varchar"), "is_former": "boolean"}
    rows = tuple((one.key, one.region_code, one.name, one.oktmo, one.is_former) for one in listed_municipalities())
    return Table("municipality", "Муниципалитет списка с ОКТМО", ("municipality_key",), columns, rows)


def _municipality_totals() -> Table:
    columns = {"region_code": "varchar", "municipalities": "integer", "from_year": "integer", "to_year": "integer"}
    rows = tuple(tuple(row.get(name) for name in columns) for row in catalogue_rows(MUNICIPALITY_TOTALS))
    return Table(
        "municipality_total", "Число муниципалитетов субъекта за годы", ("region_code", "from_year"), columns, rows
    )


def _truth(text: str) -> bool:
    return text.strip().casefold() in TRUE_WORDS
