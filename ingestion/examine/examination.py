"""One file from bytes to accepted, rejected, held and ignored rows; writes nothing (design.md section 4)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

import polars as pl

from foundation.text import sender_key
from ingestion.errors import RefusedFileError
from ingestion.examine.one_inn import without_second_entities
from ingestion.examine.problems import Problem
from ingestion.examine.registry_remarks import registry_remarks
from ingestion.examine.row_keys import with_keys, without_repeats
from ingestion.examine.typed_rows import may_be_repaired, named, typed_rows
from ingestion.match.rows import Held, Lookups, match_rows
from ingestion.read import Member
from ingestion.recognise.blocks import Block, BrokenOff
from ingestion.recognise.contents import Recognised, recognise_member
from ingestion.recognise.context import unused_declarations
from ingestion.recognise.header_row import Header
from ingestion.recognise.ignored_rows import BLANK, Ignored
from ingestion.recognise.starts import NOT_KNOWN, Starts, TableStart
from ingestion.recognise.table import Table, cut_table
from ingestion.recognise.totals import differing_totals
from ingestion.recognise.unpivot import unpivot
from ingestion.values.cells import CellReader
from schemas.header_map import Layout
from schemas.indicators import indicator_code_of
from schemas.kinds import KINDS, Kind
from schemas.personal import mask

PERSON = "person_key"


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
    starts: Starts = NOT_KNOWN
    """Where the tables of the whole file start, those of other kinds too."""

    @property
    def rows_rejected(self) -> int:
        return len({(one.sheet, one.source_row) for one in self.problems if one.severity == "error"})

    @property
    def rows_accepted(self) -> int:
        """Source rows accepted whole; one that names several organisations is held while one of them is unknown."""
        if not self.accepted.height:
            return 0
        # In polars: of a person-level file these are hundreds of thousands.
        accepted = self.accepted.select("sheet", "source_row").unique()
        if not self.held:
            return accepted.height
        held = pl.DataFrame(list(self._held_rows), {"sheet": pl.String, "source_row": pl.Int64}, orient="row")
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
    def tables(self) -> tuple[TableStart, ...]:
        """Where the tables examined start."""
        return self.starts.of(self.kind.code)

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
    known: Starts = NOT_KNOWN,
) -> Examination:
    """Read a file and examine what in it is of one kind; `known` as in recognise_member.

    Raises RefusedFileError when nothing is of that kind.
    """
    part = recognise_member(member, layouts, declared, known).of(kind)
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
    result = Examination(
        kind, layout, sender_of(recognised), pl.DataFrame(), messages=list(recognised.remarks), starts=recognised.starts
    )
    result.messages += [
        f"ключ «{key}» из --set не подходит этому виду" for key in unused_declarations(layout, declared)
    ]
    parts = []
    broken: set[int] = set()
    for block in _of_one_sender(recognised.blocks):
        if id(block.sheet) in broken:  # its rows were refused with those above them
            continue
        table = cut_table(block, lookups.index.knows_municipality)
        if table.broken_off is not None:
            broken.add(id(block.sheet))
        result.take_rows_of(table)
        reader = CellReader(
            secret=secret,
            month_first=table.header.layout.month_first_dates,
            may_repair_inn=may_be_repaired,
            indicator_code=indicator_code_of,
            person_heading=table.heading(PERSON),
        )
        typed, problems = typed_rows(unpivot(table), kind, reader, lookups)
        result.problems += [*problems, *_refused_rows(table)]
        result.named |= named(table, kind, problems)
        parts.append(typed)
    typed = pl.concat(parts, how="vertical")
    if kind.part_key:  # its key names no organisation, so rows that will be held are compared too
        typed, repeats = without_repeats(typed, kind, layout)
        result.problems += repeats
    matched = match_rows(typed, kind, result.sender, lookups)
    result.held = matched.held
    unique, repeats = without_repeats(matched.frame, kind, layout)
    unique, seconds = without_second_entities(unique, kind, layout)
    result.problems += [*repeats, *seconds]
    # A list may name one organisation twice, in two spellings.
    keyed = with_keys(unique, kind, result.sender)
    result.accepted = keyed.unique(["sheet", "source_row", "row_key"], keep="first", maintain_order=True)
    result.problems += registry_remarks(result.accepted, kind, layout)
    result.problems.sort(key=lambda one: (one.sheet, one.source_row))
    result.messages = list(dict.fromkeys(result.messages))  # blocks with one header have one thing to say
    return result


def sender_of(recognised: Recognised) -> str | None:
    """Who sent the file; None is unknown (settled question 4)."""
    return next((mask(sender) for block in recognised.blocks for sender in block.context.senders), None)


def _of_one_sender(blocks: Sequence[Block]) -> list[Block]:
    """The blocks; one that names another sender than the first is refused with all that stands below it."""
    senders = {sender_key(sender) for block in blocks[:1] for sender in block.context.senders[:1]}
    kept = list(blocks[:1])
    for block in blocks[1:]:
        if {sender_key(one) for one in block.context.senders[:1]} <= senders:
            kept.append(block)
        else:
            broken_off = BrokenOff(block.header.first_row + 1, "над этой таблицей назван другой отправитель")
            kept.append(replace(block, end=block.header.last_row + 1, broken_off=broken_off))
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
