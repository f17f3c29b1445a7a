"""What a file holds before its rows are read: the blocks of its sheets, each of one kind (design.md, recognise)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ingestion.errors import RefusedFileError
from ingestion.read import Member, Sheet, Workbook
from ingestion.read.bounded import read_head, read_workbook, remember
from ingestion.recognise.blocks import Block, find_blocks
from ingestion.recognise.header_row import Header
from ingestion.recognise.refusals import refusal_for, refusal_of_conflict, refuse_twins
from ingestion.recognise.starts import NOT_KNOWN, Extent, Starts, TableStart, circumstances_of, metadata_state
from schemas.header_map import Layout
from schemas.kinds import KINDS
from schemas.personal import mask


@dataclass(frozen=True)
class Recognised:
    """The blocks of a file in the order of its sheets, and what its sender has to know beside them."""

    blocks: tuple[Block, ...]
    remarks: tuple[str, ...] = ()
    starts: Starts = NOT_KNOWN
    """Of all the file's blocks, also where this is a part of it."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of export in the file, in the order in which kinds are loaded."""
        found = {block.header.layout.kind for block in self.blocks}
        return tuple(kind for kind in KINDS if kind in found)

    def of(self, kind: str) -> "Recognised":
        """The part of the file that is of one kind; remarks on the file go with its first part."""
        blocks = tuple(block for block in self.blocks if block.header.layout.kind == kind)
        return Recognised(blocks, self.remarks if kind == self.kinds[0] else (), self.starts)


def recognise_member(
    member: Member,
    layouts: Sequence[Layout],
    declared: Mapping[str, str],
    known: Starts = NOT_KNOWN,
    head: Recognised | None = None,
) -> Recognised:
    """Read a received file and find its blocks, once a refresh.

    Nothing is looked for where they are `known` still, nor in a file no longer than its `head` (recognise_head).
    Raises RefusedFileError, UnreadableFileError, FailedFileError.
    """
    return _recognise_once("whole", member, layouts, declared, known, lambda: read_workbook(member), head)


def recognise_head(
    member: Member, layouts: Sequence[Layout], declared: Mapping[str, str], known: Starts = NOT_KNOWN
) -> Recognised | None:
    """As recognise_member of the first rows of a file that can be streamed; None of any other."""
    head = read_head(member)
    if head is None:
        return None
    return _recognise_once("head", member, layouts, declared, known, lambda: Workbook((head,)))


def _recognise_once(
    extent: Extent,
    member: Member,
    layouts: Sequence[Layout],
    declared: Mapping[str, str],
    known: Starts,
    read: Callable[[], Workbook],
    head: Recognised | None = None,
) -> Recognised:
    state = metadata_state()  # a region's header maps may change between two asks

    def found() -> Recognised:
        workbook, circumstances = read(), circumstances_of(state, declared)
        what = (member.name, workbook, layouts, declared)
        recognised = _at(known.tables, *what) if known.hold(extent, circumstances) else None
        recognised = recognised or _of_head(head, workbook) or recognise(*what)
        is_broken_off = any(block.broken_off is not None for block in recognised.blocks)
        return replace(recognised, starts=Starts(recognised.starts.tables, extent, circumstances, is_broken_off))

    key = (extent, len(layouts), tuple(sorted(declared.items())), *state)
    return remember(key, member, found, _sheets_of)


def _at(
    tables: Sequence[TableStart],
    file_name: str,
    workbook: Workbook,
    layouts: Sequence[Layout],
    declared: Mapping[str, str],
) -> Recognised | None:
    """What stands where tables were found before; None unless it is those tables."""
    try:
        recognised = recognise(file_name, workbook, layouts, declared, tables)
    except RefusedFileError:
        return None
    return recognised if recognised.starts.tables == tuple(tables) else None


def _of_head(head: Recognised | None, workbook: Workbook) -> Recognised | None:
    """What was found in the first rows of a file, when there are no others; None when there are."""
    if head is None or len(workbook.sheets) != 1:
        return None
    (whole,), (first, *_) = workbook.sheets, _sheets_of(head)
    if whole.name != first.name or not whole.frame.equals(first.frame):
        return None
    return Recognised(head.blocks, workbook.remarks, head.starts)


def _sheets_of(recognised: Recognised) -> list[Sheet]:
    return list({id(block.sheet): block.sheet for block in recognised.blocks}.values())


def _apart_by_kind(found: Sequence[Block]) -> list[Block]:
    """Blocks of one sheet: what one kind refuses of the sheet ends where another kind begins."""
    apart = []
    for index, block in enumerate(found):
        others = (at for at in range(index + 1, len(found)) if found[at].header.layout.kind != block.header.layout.kind)
        first = next(others, None)
        apart.append(block if first is None else replace(block, rest_end=found[first - 1].end))
    return apart


def recognise(
    file_name: str,
    workbook: Workbook,
    layouts: Sequence[Layout],
    declared: Mapping[str, str],
    known: Sequence[TableStart] | None = None,
) -> Recognised:
    """Blocks of every sheet that has a complete header, be the sheets only their first rows.

    With `known`, only what stands there is looked at. Raises RefusedFileError: no sheet has one (it names the nearest
    kind and what is missing), two columns mean one thing, titles give one thing two values.
    """
    sheets = [sheet for sheet in workbook.sheets if sheet.frame.height]
    if not sheets:
        raise RefusedFileError(f"{file_name}: в файле нет строк. Выгрузите его заново и повторите загрузку.")
    blocks: list[Block] = []
    tables: list[TableStart] = []
    refusals: list[tuple[int, RefusedFileError]] = []
    remarks = list(workbook.remarks)
    for number, sheet in enumerate(sheets, 1):
        name = mask(sheet.name)
        here = None if known is None else [table for table in known if table.sheet_number == number]
        found = find_blocks(sheet, layouts, declared, here)
        header = found[0].header if found else None
        missing = header.missing(found[0].context.values) if header else []
        if header is None or missing:
            refusals.append((len(header.columns) if header else 0, refusal_for(header, missing, file_name, name)))
            remarks.append(f"лист «{name}» не похож ни на один вид выгрузки и не прочитан")
            continue
        refuse_twins(header, file_name, name)
        if (refusal := refusal_of_conflict(found[0].context, header, file_name, name)) is not None:
            raise refusal
        blocks += _apart_by_kind(found)
        tables += [_start_of(block.header, number, name) for block in found]
    if not blocks:
        raise max(refusals, key=lambda pair: pair[0])[1]
    return Recognised(tuple(blocks), tuple(remarks), Starts(tuple(tables)))


def _start_of(header: Header, sheet_number: int, sheet: str) -> TableStart:
    layout = header.layout
    return TableStart(layout.kind, layout.name, sheet_number, sheet, header.first_row + 1, header.last_row + 1)
