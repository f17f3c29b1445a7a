"""One file from bytes to accepted, rejected, held and ignored rows; writes nothing (design.md section 4)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

import polars as pl

from ingestion.as_written import AS_WRITTEN
from ingestion.blocks import Block, BrokenOff
from ingestion.context import unused_declarations
from ingestion.errors import RefusedFileError
from ingestion.foreign_codes import foreign_codes
from ingestion.ignored_rows import BLANK, Ignored
from ingestion.matching import Held, Lookups, match_rows
from ingestion.parse import Parsed, parse_table
from ingestion.problems import Problem
from ingestion.reading import Member
from ingestion.recognise import ORGANISATION_FIELDS, Header
from ingestion.recognised import Recognised, recognise_member
from ingestion.table import Table, cut_table
from ingestion.totals import differing_totals
from ingestion.unfold import unfold
from ingestion.validate import broken_rules
from ingestion.values.cells import CellReader
from schemas.header_map import Layout
from schemas.indicators import indicator_code_of
from schemas.kinds import KINDS, Kind
from schemas.personal import mask
from schemas.rules import severity_of
from schemas.text import sender_key

PERSON = "person_key"
REPAIRED, LOST = "inn_repaired", "inn_lost_digit"
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
    ignored_rows: list[tuple[str, Ignored]] = field(default_factory=list)
    """(sheet, row), without the blank ones"""
    blank_rows: Counter[str] = field(default_factory=Counter)
    """by sheet"""
    named: dict[tuple[str, int], str] = field(default_factory=dict)
    """How rows with something wrong name their organisation, by sheet and source row; nothing in files about people."""
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
    def ignored(self) -> list[tuple[str, str, int]]:
        """(sheet, reason, rows)"""
        counts = Counter((sheet, row.reason) for sheet, row in self.ignored_rows)
        counts.update({(sheet, BLANK): rows for sheet, rows in self.blank_rows.items()})
        return [(sheet, reason, rows) for (sheet, reason), rows in counts.items()]

    @property
    def rows_ignored(self) -> int:
        return len(self.ignored_rows) + self.blank_rows.total()

    def take_rows_of(self, table: Table) -> None:
        """Count the rows of a table, and say what the sender has to know of it."""
        self.rows_read += table.rows_read
        self.count_ignored(table)
        self.messages += [
            *unknown_columns(table.sheet, table.header), *outweighed_headings(table), *differing_totals(table)
        ]  # fmt: skip

    def count_ignored(self, table: Table) -> None:
        """Count the rows of a table that are no data."""
        self.ignored_rows += [(table.sheet, row) for row in table.ignored]
        if table.blank_rows:
            self.blank_rows[table.sheet] += table.blank_rows

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


def examine_part(
    kind: str,
    member: Member,
    layouts: tuple[Layout, ...],
    declared: Mapping[str, str],
    secret: str | None,
    lookups: Lookups,
) -> Examination:
    """Read a file and examine what in it is of one kind; raises RefusedFileError when nothing is."""
    part = recognise_member(member, layouts, declared).of(kind)
    if not part.blocks:
        raise RefusedFileError(f"{member.name}: в файле нет выгрузки «{KINDS[kind].title}». Добавьте его заново.")
    return examine(member.name, part, declared, secret, lookups)


def examine(
    file_name: str,
    recognised: Recognised,
    declared: Mapping[str, str],
    secret: str | None,
    lookups: Lookups,
) -> Examination:
    """Normalise, validate and match every row of the blocks of one kind (Recognised.of).

    Raises RefusedFileError when the whole part cannot be taken.
    """
    layout = recognised.blocks[0].header.layout
    kind = KINDS[layout.kind]
    require_secret(kind, secret, file_name)
    result = Examination(kind, layout, sender_of(recognised), pl.DataFrame(), messages=list(recognised.remarks))
    result.messages += [
        f"ключ «{key}» из --set не подходит этому виду" for key in unused_declarations(layout, declared)
    ]
    parts = []
    for block in _of_one_sender(recognised.blocks):
        table = cut_table(block, lookups.index.knows_municipality)
        result.take_rows_of(table)
        reader = CellReader(
            secret=secret,
            month_first=table.header.layout.month_first_dates,
            may_repair_inn=may_be_repaired,
            indicator_code=indicator_code_of,
            person_heading=table.heading(PERSON),
        )
        typed, problems = typed_rows(unfold(table), kind, reader, lookups)
        result.problems += [*problems, *_refused_rows(table)]
        result.named |= _named(table, kind, problems)
        parts.append(typed)
    typed = pl.concat(parts, how="vertical")
    if kind.part_key:  # its key names no organisation, so rows that will be held are compared too
        typed = _without_repeats(typed, kind, result)
    matched = match_rows(typed, kind, result.sender, lookups)
    result.held = matched.held
    result.accepted = _first_of_each_key(matched.frame, kind, result)
    result.problems += foreign_codes(result.accepted, kind, layout)
    result.problems.sort(key=lambda one: (one.sheet, one.source_row))
    return result


def sender_of(recognised: Recognised) -> str | None:
    """Who sent the file; None is unknown (settled question 4)."""
    return next((mask(sender) for block in recognised.blocks for sender in block.context.senders), None)


def _of_one_sender(blocks: Sequence[Block]) -> list[Block]:
    """The blocks; where one names another sender than the first, its sheet is refused from its header on."""
    kept: list[Block] = []
    senders = {sender_key(sender) for block in blocks[:1] for sender in block.context.senders[:1]}
    refused: set[str] = set()
    for block in blocks:
        if block.sheet.name in refused:
            continue
        if {sender_key(one) for one in block.context.senders[:1]} - senders and kept:
            reason = "над этой таблицей назван другой отправитель"
            broken_off = BrokenOff(block.header.first_row + 1, reason)
            kept.append(replace(block, end=block.header.last_row + 1, broken_off=broken_off))
            refused.add(block.sheet.name)
        else:
            kept.append(block)
    return kept


def _refused_rows(table: Table) -> list[Problem]:
    """Rows from which on a sheet cannot be read safely: rejected, for one reason told of the first of them."""
    if table.broken_off is None:
        return []
    detail = f"{table.broken_off.reason}. Лист не прочитан с этой строки до конца: разделите таблицы и пришлите заново"
    where = f"строка {table.broken_off.source_row} и ниже"
    return [
        Problem(table.sheet, row, "вся строка", "not_read_safely", "", detail=detail, outside=where)
        for row in table.refused_rows
    ]


def unknown_columns(sheet: str, header: Header) -> list[str]:
    """A message on headings that mean nothing, when there are any."""
    unknown = ", ".join(f"«{text}»" for text in header.unknown_headings())
    return [f"лист «{sheet}»: неизвестные столбцы не загружены: {unknown}"] if unknown else []


def outweighed_headings(table: Table) -> list[str]:
    """A message on a day or year in a heading that is not the one taken."""
    return [
        f"лист «{table.sheet}»: в заголовке столбца сказано «{heading.phrase}», взято «{taken.text}» ({taken.place})"
        for heading, taken in table.context.outweighed[:1]
        if heading.name not in table.header.columns
    ]


def require_secret(kind: Kind, secret: str | None, file_name: str) -> None:
    """Raise RefusedFileError for a file about people when there is no secret to name them by."""
    if kind.is_personal and secret is None:
        raise RefusedFileError(
            f"{file_name}: файл с данными людей («{kind.title}»), а секрет для псевдонимов не задан. "
            "Выполните vitrina init (создаст VITRINA_HOME/secret) или задайте переменную VITRINA_SECRET и повторите."
        )


def may_be_repaired(_: str) -> bool:
    """Every restored zero that passes the check digit is looked at with its row (typed_rows)."""
    return True


def typed_rows(table: Table, kind: Kind, reader: CellReader, lookups: Lookups) -> tuple[pl.DataFrame, list[Problem]]:
    """Rows that break no rule, typed, with sheet, source_row and the text by which they are matched."""
    parsed = parse_table(table.frame, kind, reader)
    source_rows = table.frame["source_row"].to_list()
    found = _only_own_repairs(parsed, table, lookups)
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
        Problem(
            table.sheet,
            source_rows[index],
            table.heading(name),
            rule,
            _quotable(kind, rule, text),
            outside=table.said_outside(name),
        )
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


def _only_own_repairs(parsed: Parsed, table: Table, lookups: Lookups) -> list[tuple[int, str, str, str | None]]:
    """The problems of parsing; a restored zero that makes a code of another region than the row's is a lost digit."""
    return [
        (index, name, rule if rule != REPAIRED or _is_own(parsed, table, index, name, lookups) else LOST, text)
        for index, name, rule, text in parsed.problems
    ]


def _is_own(parsed: Parsed, table: Table, index: int, name: str, lookups: Lookups) -> bool:
    inn = parsed.frame[name][index]
    return lookups.may_stand(inn, _cell(table, index, "region"), _cell(table, index, "municipality"))


def _named(table: Table, kind: Kind, problems: list[Problem]) -> dict[tuple[str, int], str]:
    """The organisation or municipality as written in rows with problems."""
    names = [name for name in ("organisation_name", "inn", "municipality") if name in table.frame.columns]
    if kind.is_personal or not names:
        return {}
    rows = table.frame.filter(pl.col("source_row").is_in({one.source_row for one in problems}))
    return {
        (table.sheet, row): mask(next((cell for cell in cells if cell), ""))
        for row, *cells in rows.select("source_row", *names).iter_rows()
    }


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
    first = row.first().over(_joined(kind.key))
    repeated = frame.with_columns(first.alias("first")).filter(row != pl.col("first"))
    repeated = repeated.select("sheet", "source_row", "first").unique(["sheet", "source_row"], keep="first")
    if not repeated.height:
        return frame
    result.problems += [
        repeat(result.layout, kind, (sheet, source_row), (one["sheet"], one["source_row"]))
        for sheet, source_row, one in repeated.sort("sheet", "source_row").rows()
    ]
    return frame.join(repeated, on=["sheet", "source_row"], how="anti")


def repeat(layout: Layout, kind: Kind, row: tuple[str, int], first: tuple[str, int]) -> Problem:
    """A row whose key stands in an earlier row of the file already; both as sheet and source row."""
    blamed = " + ".join(dict.fromkeys(layout.title(name) for name in kind.key if name in layout.titles))
    sheet = f" листа «{first[0]}»" if first[0] != row[0] else ""
    detail = f"строка с тем же ключом уже есть выше: строка {first[1]}{sheet}"
    return Problem(*row, blamed or "ключ строки", "duplicate_key", None, detail=detail)


def with_keys(frame: pl.DataFrame, kind: Kind, sender: str | None) -> pl.DataFrame:
    """Add row_key (the contract's key, and which part of the row) and scope_key (what a newer file replaces)."""
    scope_key = pl.lit(None, pl.String)
    if kind.scope and sender is not None:
        parts = [pl.lit(kind.code), pl.lit(sender_key(sender)), _joined(kind.scope)]
        scope_key = pl.concat_str(parts, separator="|")
    return frame.with_columns(_joined((*kind.key, *kind.part_key)).alias("row_key"), scope_key.alias("scope_key"))


def _joined(names: tuple[str, ...]) -> pl.Expr:
    return pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in names], separator="|")
