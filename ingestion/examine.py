"""One file from bytes to accepted, rejected, held and ignored rows; writes nothing (design.md section 4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

import polars as pl

from ingestion.as_written import AS_WRITTEN
from ingestion.context import read_context, sender_of, unused_declarations
from ingestion.errors import RefusedFileError
from ingestion.matching import Held, Lookups, match_rows
from ingestion.parse import parse_table
from ingestion.problems import Problem
from ingestion.reading import Member, Sheet, read_sheets
from ingestion.recognise import ORGANISATION_FIELDS, Header, find_header, merged_head, refusal_for, refuse_twins
from ingestion.table import Table, cut_table, unfold
from ingestion.validate import broken_rules
from ingestion.values.cells import CellReader
from schemas.header_map import Layout
from schemas.indicators import indicator_code_of
from schemas.kinds import KINDS, Kind
from schemas.rules import severity_of

HIDDEN_RULES = frozenset({"required", "not_nullable"})


@dataclass
class Examination:
    """What a file holds: typed accepted rows with organisations, held rows, problems, and the counts."""

    kind: Kind
    layout: Layout
    sender: str | None
    accepted: pl.DataFrame
    held: list[Held] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rows_read: int = 0
    ignored: list[tuple[str, str, int]] = field(default_factory=list)
    """(sheet, reason, rows)"""
    messages: list[str] = field(default_factory=list)

    @property
    def rows_rejected(self) -> int:
        return len({(one.sheet, one.source_row) for one in self.problems if one.severity == "error"})

    @property
    def rows_accepted(self) -> int:
        """Source rows accepted whole; one that names several organisations is held while one of them is unknown."""
        if not self.accepted.height:
            return 0
        # In polars: of a person-level file these are hundreds of thousands.
        held = pl.DataFrame(list(self._held_rows), {"sheet": pl.String, "source_row": pl.Int64}, orient="row")
        accepted = self.accepted.select("sheet", "source_row").unique()
        return accepted.join(held, on=["sheet", "source_row"], how="anti").height

    @property
    def rows_held(self) -> int:
        return len(self._held_rows)

    @property
    def _held_rows(self) -> set[tuple[str, int]]:
        return {(one.sheet, one.source_row) for one in self.held}

    @property
    def rows_ignored(self) -> int:
        return sum(rows for _, _, rows in self.ignored)

    @property
    def period(self) -> tuple[date | None, date | None]:
        """The first and the last day that the accepted rows speak of."""
        column = self.kind.period_column
        if column is None or not self.accepted.height:
            return None, None
        days = self.accepted[column].drop_nulls()
        return cast("date | None", days.min()), cast("date | None", days.max())

    @property
    def system_code(self) -> str | None:
        """The system of the file, when it has exactly one."""
        if "system_code" not in self.accepted.columns:
            return None
        codes = self.accepted["system_code"].drop_nulls().unique().to_list()
        return codes[0] if len(codes) == 1 else None


def recognise_tables(
    member: Member, layouts: tuple[Layout, ...], declared: Mapping[str, str]
) -> tuple[list[tuple[Sheet, Header, dict[str, str]]], list[str]]:
    """Sheets of one kind with their headers and context, and remarks on the sheets left out.

    Raises RefusedFileError naming the nearest kind and what is missing when no sheet has a complete header.
    """
    return recognise_sheets(member, read_sheets(member), layouts, declared)


def recognise_sheets(
    member: Member, read: list[Sheet], layouts: tuple[Layout, ...], declared: Mapping[str, str]
) -> tuple[list[tuple[Sheet, Header, dict[str, str]]], list[str]]:
    """As recognise_tables, of sheets that have been read, be it only their first rows."""
    sheets = [sheet for sheet in read if sheet.frame.height]
    if not sheets:
        raise RefusedFileError(f"{member.name}: в файле нет строк. Выгрузите его заново и повторите загрузку.")

    def context_of(sheet: Sheet, header: Header) -> dict[str, str]:
        return read_context(header.layout, merged_head(sheet)[: header.first_row], sheet.name, declared)

    found, refusals, remarks = [], [], []
    for sheet in sheets:
        header = find_header(sheet, layouts, context_of)
        context = context_of(sheet, header) if header else {}
        missing = header.missing(context) if header else []
        if header is None or missing:
            refusals.append(
                (len(header.columns) if header else 0, refusal_for(header, missing, member.name, sheet.name))
            )
            remarks.append(f"лист «{sheet.name}» не похож ни на один вид выгрузки и не прочитан")
            continue
        refuse_twins(header, member.name, sheet.name)
        found.append((sheet, header, context))
    if not found:
        raise max(refusals, key=lambda pair: pair[0])[1]
    kinds = {header.layout.kind for _, header, _ in found}
    if len(kinds) > 1:
        titles = ", ".join(f"«{KINDS[kind].title}»" for kind in sorted(kinds))
        raise RefusedFileError(
            f"{member.name}: на листах разные виды выгрузки ({titles}). Сохраните их отдельными файлами."
        )
    return found, remarks


def examine(
    member: Member,
    layouts: tuple[Layout, ...],
    declared: Mapping[str, str],
    secret: str | None,
    lookups: Lookups,
) -> Examination:
    """Read, normalise, validate and match every row of a file.

    Raises RefusedFileError or UnreadableFileError when the whole file cannot be taken.
    """
    found, remarks = recognise_tables(member, layouts, declared)
    header = found[0][1]
    kind = KINDS[header.layout.kind]
    require_secret(kind, secret, member.name)
    titles = [row for sheet, one, _ in found for row in merged_head(sheet)[: one.first_row]]
    result = Examination(kind, header.layout, sender_of(titles, declared), pl.DataFrame(), messages=remarks)
    result.messages += [
        f"ключ «{key}» из --set не подходит этому виду" for key in unused_declarations(header.layout, declared)
    ]
    parts = []
    for sheet, one, context in found:
        table = cut_table(sheet, one, context)
        result.rows_read += table.rows_read
        result.ignored += [(sheet.name, reason, rows) for reason, rows in table.ignored.items()]
        result.messages += unknown_columns(sheet.name, one)
        reader = CellReader(
            secret=secret,
            month_first=one.layout.month_first_dates,
            may_repair_inn=repair_rule(table.frame, lookups),
            indicator_code=indicator_code_of,
        )
        typed, problems = typed_rows(unfold(table), kind, reader)
        result.problems += problems
        parts.append(typed)
    typed = pl.concat(parts, how="vertical")
    if kind.part_key:  # its key names no organisation, so rows that will be held are compared too
        typed = _without_repeats(typed, kind, result)
    matched = match_rows(typed, kind, result.sender, lookups)
    result.held = matched.held
    result.accepted = _first_of_each_key(matched.frame, kind, result)
    result.problems += _unknown_municipalities(result.accepted, kind, header, lookups)
    result.problems.sort(key=lambda one: (one.sheet, one.source_row))
    return result


def unknown_columns(sheet: str, header: Header) -> list[str]:
    """A message on headings that mean nothing, when there are any."""
    unknown = ", ".join(f"«{text}»" for text in header.unknown_headings())
    return [f"лист «{sheet}»: неизвестные столбцы не загружены: {unknown}"] if unknown else []


def require_secret(kind: Kind, secret: str | None, file_name: str) -> None:
    """Raise RefusedFileError for a file about people when there is no secret to name them by."""
    if kind.is_personal and secret is None:
        raise RefusedFileError(
            f"{file_name}: файл с данными людей («{kind.title}»), а секрет для псевдонимов не задан. "
            "Выполните vitrina init (создаст VITRINA_HOME/secret) или задайте переменную VITRINA_SECRET и повторите."
        )


def repair_rule(frame: pl.DataFrame, lookups: Lookups) -> Callable[[str], bool]:
    """A restored leading zero counts only in the registry or with the region code of the file's territory."""
    columns = frame.columns
    spelled = set(frame["region"].drop_nulls().unique().to_list()) if "region" in columns else set()
    codes = {code for text in spelled for code in lookups.tax_codes_of_region(text)}
    if "municipality" in columns:
        for text in frame["municipality"].drop_nulls().unique().to_list():
            codes |= lookups.tax_codes_of_municipality(text)

    def may_repair(inn: str) -> bool:
        return lookups.index.has_inn(inn) or inn[:2] in codes

    return may_repair


def typed_rows(table: Table, kind: Kind, reader: CellReader) -> tuple[pl.DataFrame, list[Problem]]:
    """Rows that break no rule, typed, with sheet, source_row and the text by which they are matched."""
    parsed = parse_table(table.frame, kind, reader)
    source_rows = table.frame["source_row"].to_list()
    found = [(index, name, rule, text) for index, name, rule, text in parsed.problems]
    unread = {(index, name) for index, name, rule, _ in found if severity_of(rule) == "error"}
    fields = {name: column.metadata["field"] or name for name, column in kind.model.columns.items()}
    for index, column, rule in broken_rules(parsed.frame, kind):
        blamed = _written_of_pair(table, kind, index, fields[column])
        if (index, blamed) in unread:
            continue
        if blamed != fields[column]:  # the day's own rule has said it, or this one does for both
            unread.add((index, blamed))
        found.append((index, blamed, rule, _cell(table, index, blamed)))
    found += _missing_parties(table, kind)
    every = [
        Problem(table.sheet, source_rows[index], table.heading(name), rule, _quotable(kind, rule, text))
        for index, name, rule, text in found
    ]
    # An unfolded row repeats its organisation, and so what is wrong with it.
    problems = list(dict.fromkeys(every))
    rejected = {one.source_row for one in problems if one.severity == "error"}
    typed = parsed.frame.drop("row_index").with_columns(
        pl.lit(table.sheet).alias("sheet"),
        table.frame["source_row"],
        *table.frame.select(f"^{AS_WRITTEN}$"),
        (table.frame["system_code"] if "system_code" in table.frame.columns else pl.lit(None, pl.String)).alias(
            "system_text"
        ),
    )
    return typed.filter(~pl.col("source_row").is_in(list(rejected))), problems


def _written_of_pair(table: Table, kind: Kind, index: int, name: str) -> str:
    """Of a day and its year, one fact in two columns, the one the sender wrote or could have written."""
    for year, column in kind.model.columns.items():
        day: str | None = column.metadata.get("day")
        if day is None or name not in (year, day):
            continue
        return day if _cell(table, index, day) or year not in table.frame.columns else year
    return name


def _missing_parties(table: Table, kind: Kind) -> list[tuple[int, str, str, str | None]]:
    """Rows that name no system or no organisation at all."""
    frame = table.frame
    found: list[tuple[int, str, str, str | None]] = []
    if "system_code" in kind.model.columns:
        found += [
            (index, "system_code", "required", None) for index, text in enumerate(frame["system_code"]) if not text
        ]
    naming = {"required": ORGANISATION_FIELDS, "place": (*ORGANISATION_FIELDS, "municipality")}.get(kind.organisation)
    if naming is not None:
        given = [name for name in naming if name in frame.columns]
        empty = frame.select(pl.all_horizontal(pl.col(given).is_null()) if given else pl.repeat(True, pl.len()))
        rule = "organisation_missing" if kind.organisation == "required" else "place_missing"
        blamed = given[-1] if given else naming[-1]
        found += [(index, blamed, rule, None) for index, is_empty in enumerate(empty.to_series()) if is_empty]
    return found


def _unknown_municipalities(frame: pl.DataFrame, kind: Kind, header: Header, lookups: Lookups) -> list[Problem]:
    """Remarks on rows of a municipality of which the registry holds no organisation: a new one, or a misspelling."""
    if not kind.has_level or not frame.height:
        return []
    known = {organisation.municipality_key for organisation in lookups.index.organisations.values()}
    found = frame.filter((pl.col("level") == "municipality") & ~pl.col("municipality_key").is_in(list(known)))
    heading = header.layout.title("municipality")
    rows = found.select("sheet", "source_row", "municipality").unique().sort("sheet", "source_row").rows()
    return [Problem(sheet, row, heading, "municipality_unknown", text) for sheet, row, text in rows]


def _cell(table: Table, index: int, name: str) -> str | None:
    return table.frame[name][index] if name in table.frame.columns else None


def _quotable(kind: Kind, rule: str, text: str | None) -> str | None:
    """Values of person-level files are never quoted: a shifted column may hold a name or a birth date."""
    if kind.is_personal:
        return None
    return "" if rule in HIDDEN_RULES else text or ""


def _first_of_each_key(frame: pl.DataFrame, kind: Kind, result: Examination) -> pl.DataFrame:
    """Rows with their keys, one of each."""
    keyed = with_keys(_without_repeats(frame, kind, result), kind, result.sender)
    # A list may name one organisation twice, in two spellings.
    return keyed.unique(["sheet", "source_row", "row_key"], keep="first", maintain_order=True)


def _without_repeats(frame: pl.DataFrame, kind: Kind, result: Examination) -> pl.DataFrame:
    """Of rows with one key in a file the first is kept, later source rows are rejected (settled question 3)."""
    row = pl.struct("sheet", "source_row")
    repeated = frame.filter(row != row.first().over(_joined(kind.key))).select("sheet", "source_row").unique()
    if not repeated.height:
        return frame
    blamed = " + ".join(dict.fromkeys(result.layout.title(name) for name in kind.key if name in result.layout.titles))
    result.problems += [
        Problem(sheet, row, blamed or "ключ строки", "duplicate_key", None if kind.is_personal else "")
        for sheet, row in repeated.sort("sheet", "source_row").rows()
    ]
    return frame.join(repeated, on=["sheet", "source_row"], how="anti")


def with_keys(frame: pl.DataFrame, kind: Kind, sender: str | None) -> pl.DataFrame:
    """Add row_key (the contract's key, and which part of the row) and scope_key (what a newer file replaces)."""
    scope_key = pl.lit(None, pl.String)
    if kind.scope and sender is not None:
        scope_key = pl.concat_str([pl.lit(kind.code), pl.lit(sender), _joined(kind.scope)], separator="|")
    return frame.with_columns(_joined((*kind.key, *kind.part_key)).alias("row_key"), scope_key.alias("scope_key"))


def _joined(names: tuple[str, ...]) -> pl.Expr:
    return pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in names], separator="|")
