"""Sample exports spoilt in five hundred ways: each gets a verdict, whatever stands in it.

Guards against a file that ends in an error of the program, that loses rows between reading and counting, or that shows
a person's number. A mutation is told by its seed, so that one that fails can be made again.
"""

import csv
import io
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from cli.main import main
from foundation.secret import create_secret
from foundation.settings import Settings, get_settings
from ingestion.pipeline import LOAD_ORDER, load_kind, receive
from ingestion.read import Member, read_workbook

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
MUTATIONS = 500
SMALL = 60_000
REGISTRIES = sorted((ROOT / "samples" / "files").rglob("registry*")) + sorted(
    (ROOT / "samples" / "files").rglob("*reestr*")
)
SOURCES = sorted(
    path for path in (ROOT / "samples" / "files").rglob("*.*") if path.stat().st_size < SMALL and path.suffix != ".zip"
)
PERSON = "112-233-445 95"
JUNK = [
    "", " ", "-", "—", "х", "н/д", "…", "нет", "много", "0", "-5", "1,000", "1.000", "48,6 %", "1/9", "100/50",
    "не менее 90", "свыше 230 тысяч", "около 90", "31.02.2024", "2024-11-30T17:00:00Z", "декабрь 2024", "2023/2024",
    "45627", "1E+09", "#ДЕЛ/0!", "=1+1", '="0123"', "«", '"', ";", "\t", "\u200b", "\u00a0", "Итого", "Всего по школам",
    "Енисейский район", "Муниципалитет: город Ковров", "Исп. Примеров П.П.", PERSON, "999912345603", "0" * 400,
    "я" * 3000, "А", "1)", "№",
]  # fmt: skip
COUNTS = ("rows_accepted", "rows_rejected", "rows_held", "rows_ignored")
Rows = list[list[str]]


def rows_of(path: Path) -> Rows:
    """The first sheet of a file as text."""
    sheet = read_workbook(Member(path.name, "", 0, None, None, path), "Europe/Moscow").sheets[0]
    return [[cell or "" for cell in row] for row in sheet.frame.head(80).rows()]


def _cell(rows: Rows, luck: random.Random) -> None:
    row = luck.choice(rows)
    row[luck.randrange(len(row))] = luck.choice(JUNK)


def _cells(rows: Rows, luck: random.Random) -> None:
    for _ in range(luck.randint(2, 12)):
        _cell(rows, luck)


def _column(rows: Rows, luck: random.Random) -> None:
    column, text = luck.randrange(len(rows[0])), luck.choice(JUNK)
    for row in rows[luck.randint(0, 2) :]:
        row[column] = text


def _lose_column(rows: Rows, luck: random.Random) -> None:
    column = luck.randrange(len(rows[0]))
    for row in rows:
        del row[column]


def _turn_columns(rows: Rows, luck: random.Random) -> None:
    order = luck.sample(range(len(rows[0])), len(rows[0]))
    rows[:] = [[row[column] for column in order] for row in rows]


def _twice(rows: Rows, luck: random.Random) -> None:
    at = luck.randrange(len(rows))
    rows[at:at] = [list(row) for row in rows[at : at + luck.randint(1, 5)]]


def _again(rows: Rows, _: random.Random) -> None:
    rows += [list(row) for row in rows]


def _line(rows: Rows, luck: random.Random) -> None:
    line = [""] * len(rows[0])
    line[luck.choice([0, 0, luck.randrange(len(line))])] = luck.choice(JUNK)
    rows.insert(luck.randint(0, len(rows)), line)


def _lose_rows(rows: Rows, luck: random.Random) -> None:
    at = luck.randrange(len(rows))
    del rows[at : at + luck.randint(1, 4)]


def _ragged(rows: Rows, luck: random.Random) -> None:
    row = luck.choice(rows)
    row[luck.randint(0, len(row)) :] = ["лишнее"] * luck.randint(0, 4)


TABLE_MUTATIONS: list[Callable[[Rows, random.Random], None]] = [
    _cell, _cells, _column, _lose_column, _turn_columns, _twice, _again, _line, _lose_rows, _ragged,
]  # fmt: skip


def spoil_table(path: Path, target: Path, luck: random.Random) -> Path:
    """Spoil the rows and write them as some program would."""
    rows = rows_of(path)
    for mutation in luck.sample(TABLE_MUTATIONS, luck.randint(1, 3)):
        if len(rows) > 1 and all(rows):
            mutation(rows, luck)
    if luck.random() < 0.3:
        book = target.with_suffix(".xlsx")
        with xlsxwriter.Workbook(str(book), {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
            sheet = workbook.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, [cell[:32_000] for cell in row])
        return book
    text = io.StringIO()
    csv.writer(text, delimiter=luck.choice(";;;,\t")).writerows(rows)
    encoding = luck.choice(["utf-8", "utf-8-sig", "cp1251", "utf-16"])
    target.with_suffix(".csv").write_bytes(text.getvalue().encode(encoding, "replace"))
    return target.with_suffix(".csv")


def spoil_bytes(path: Path, target: Path, luck: random.Random) -> Path:
    """Cut the file, or change a few of its bytes."""
    content = bytearray(path.read_bytes())
    if luck.random() < 0.4:
        del content[luck.randrange(len(content)) :]
    else:
        for _ in range(luck.randint(1, 8)):
            content[luck.randrange(len(content))] = luck.randrange(256)
    spoilt = target.with_suffix(path.suffix)
    spoilt.write_bytes(bytes(content))
    return spoilt


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home that knows the organisations of the sample."""
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("VITRINA_SECRET", raising=False)
    get_settings.cache_clear()
    settings = get_settings()
    create_secret(settings)
    main(["add", *map(str, REGISTRIES)])
    receive(settings)
    for kind in LOAD_ORDER:
        load_kind(settings, kind)
    return settings


def test_every_spoilt_file_gets_a_verdict(home: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A verdict is: checked or refused, every row counted, nothing of a person, no error of the program."""
    wrong: list[tuple[int, str, str]] = []
    for seed in range(MUTATIONS):
        luck = random.Random(seed)
        source = luck.choice(SOURCES)
        spoil = spoil_bytes if luck.random() < 0.25 else spoil_table
        try:
            path = spoil(source, tmp_path / f"spoilt_{seed}", luck)
        except IndexError:
            continue  # nothing left to spoil
        capsys.readouterr()
        code = main(["check", str(path), "--json"])
        printed = capsys.readouterr()
        if fault := _fault(code, printed.out, printed.err):
            wrong.append((seed, source.name, fault))
        path.unlink()
    assert wrong == []
    assert home.reports.is_dir()


def _fault(code: int, answer: str, errors: str) -> str | None:
    try:
        reports = json.loads(answer)
    except ValueError:
        return f"no answer: {errors[:300]}"
    if code not in {0, 1} or "Traceback" in errors:
        return f"exit {code}: {errors[:300]}"
    for report in reports:
        if report["outcome"] not in {"checked", "refused"}:
            return f"{report['outcome']}: {report['refusal']}"
        if report["rows_read"] != sum(report[name] for name in COUNTS):
            return f"counts: {[report[name] for name in ('rows_read', *COUNTS)]}"
    return "a person's number is shown" if PERSON in answer or "999912345603" in answer else None
