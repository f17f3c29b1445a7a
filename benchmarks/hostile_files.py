"""Files that harmed whole nights, each read within a gigabyte: verdict, seconds, peak memory.

    python -m benchmarks.hostile_files     writes docs/hostile-files.md

Every file is harmless by itself: a big sheet, a cell far away, names and sidecars no program should stumble over.
"""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xlsxwriter

from foundation.secret import create_secret
from foundation.settings import Settings, get_settings
from ingestion.pipeline import LOAD_ORDER, load_kind, settle_held
from ingestion.receive.files import receive
from ingestion.receive.landing import add_files, original_name, settled_files, sidecar_of
from ingestion.report.file_report import FileReport

PAGE = Path(__file__).parent.parent / "docs" / "hostile-files.md"
BOUND = "1GiB"
HEADCOUNT = "ИНН;Дата;Обучающихся\n{inn};01.12.2024;{count}\n"
INNS = ("2447900012", "2447900020", "2447900037", "2447900044", "2447900069")
REGISTRY = "ИНН;Субъект;Муниципалитет;Полное наименование;Тип организации\n" + "".join(
    f"{inn};Красноярский край;Енисейский район;МБОУ СОШ № {number};СОШ\n" for number, inn in enumerate(INNS, 1)
)
PLACES = "Муниципалитет;Год;Сумма;Единица\nБезвестный район;2024;1;руб.\nНеведомый район;2024;2;руб.\n"
BIG_ROWS = 600_000
LOGGER = "vitrina.refresh.files"


def big_book(path: Path) -> Path:
    """A plain sheet of more rows than a gigabyte of the reader holds."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("ОО")
        sheet.write_row(0, 0, ["ИНН", "Дата", "Обучающихся", *(f"Примечание {column}" for column in range(7))])
        for row in range(1, BIG_ROWS):
            sheet.write_row(
                row, 0, [INNS[0], "01.12.2024", row, *(f"длинное примечание {row}/{at}" for at in range(7))]
            )
    return path


def far_cell(path: Path) -> Path:
    """A small table, and one cell at the far end of the sheet."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("ОО")
        sheet.write_row(0, 0, ["ИНН", "Дата", "Обучающихся"])
        sheet.write_row(1, 0, [INNS[0], "01.12.2024", 10])
        sheet.write(1_000_000, 16_000, "!")
    return path


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def measured() -> Iterator[list[str]]:
    """What the reading of files took, as the product logs it."""
    lines: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    logger, handler = logging.getLogger(LOGGER), Collector()
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)


def put_all(settings: Settings, folder: Path) -> None:
    """Three good files and the hostile ones into landing."""
    long_name = "Приложение № 3 к письму о предоставлении сведений " + "я" * 70 + ".csv"
    good = [write(folder / f"good_{at}.csv", HEADCOUNT.format(inn=INNS[at], count=at)) for at in range(2)]
    paths = [
        write(folder / "registry.csv", REGISTRY), *good, big_book(folder / "big.xlsx"), far_cell(folder / "far.xlsx"),
        write(folder / long_name, HEADCOUNT.format(inn=INNS[2], count=3)), write(folder / "places.csv", PLACES),
    ]  # fmt: skip
    add_files(settings, paths, {})
    named = settings.landing / os.fsdecode("Отчёт школы.csv".encode("cp1251"))
    broken = settings.landing / "sidecar.csv"
    write(named, HEADCOUNT.format(inn=INNS[3], count=4))
    write(broken, HEADCOUNT.format(inn=INNS[4], count=5))
    write(sidecar_of(broken), '{"Дата": ')
    for path in (named, broken, sidecar_of(broken)):
        os.utime(path, (1_700_000_000, 1_700_000_000))


def night(settings: Settings) -> list[FileReport]:
    reports = receive(settings)
    for kind in LOAD_ORDER:
        reports += load_kind(settings, kind)
    settle_held(settings)
    return reports


def page(reports: list[FileReport], took: list[str]) -> str:
    """The table: the longest reading of each file counts."""
    rows = []
    for report in reports:
        own = [line.rsplit(": ", 1)[1] for line in took if line.startswith(f"{report.original_name}: ")]
        figures = [text.split(", ")[-2:] for text in own]
        seconds = max((text for text, _ in figures), default="-")
        peak = max((text for _, text in figures), key=lambda text: int(text.split()[0]), default="-")
        name = report.original_name if len(report.original_name) < 60 else report.original_name[:57] + "…"
        counts = f"{report.rows_accepted}/{report.rows_rejected}/{report.rows_held}"
        rows.append(f"| {name} | {report.outcome} | {counts} | {seconds} | {peak} | {(report.refusal or '')[:160]} |")
    head = "| file | outcome | accepted/rejected/held | reading | peak | reason |\n|---|---|---|---|---|---|\n"
    return (
        f"# Files that harmed whole nights, read within {BOUND}\n\nMade by `python -m benchmarks.hostile_files`. "
        "A file's reader is a child process: what it takes is its own.\n\n" + head + "\n".join(rows) + "\n"
    )


def main() -> None:
    os.environ["VITRINA_FILE_MEMORY"] = BOUND
    with tempfile.TemporaryDirectory() as folder, measured() as took:
        os.environ["VITRINA_HOME"] = str(Path(folder) / "home")
        get_settings.cache_clear()
        settings = get_settings()
        create_secret(settings)
        put_all(settings, Path(folder))
        reports = night(settings)
        left = [original_name(path) for path in settled_files(settings)]
        PAGE.write_text(page(reports, took) + f"\nLeft in landing: {len(left)}.\n", encoding="utf-8")


if __name__ == "__main__":
    main()
