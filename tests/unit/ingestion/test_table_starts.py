"""The journal keeps where the tables of a received file start, and loading begins there instead of searching anew."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from foundation.settings import Settings
from ingestion.pipeline import LOAD_ORDER, load_kind, prepare_build, receive, settle_held
from ingestion.read.bounded import release
from ingestion.receive.landing import add_files
from ingestion.recognise import blocks
from ingestion.recognise import header_row as recognise
from ingestion.recognise import starts as table_starts
from ingestion.replay import PastFile, replay
from ingestion.report.file_report import FileReport
from ingestion.store.receipts import Receipt, waiting
from ingestion.store.tables import build_connection

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")
STARTS = "select kind, layout, header_row from journal.received where original_name = '{}' order by kind"
LONG = ["ИНН", "Роль", "Зарегистрировано"]
LOG = ["Идентификатор", "ИНН", "Роль", "Сообщений", "Дата"]


def tables(query: Query, name: str) -> list[tuple[Any, ...]]:
    """(kind, layout, first and last row of the header) of every table, as the journal has them of each part."""
    texts = {text for (text,) in query(f"select table_starts from journal.received where original_name = '{name}'")}
    assert len(texts) == 1
    return [
        (one["kind"], one["layout"], one["header_row"], one["header_last_row"])
        for one in json.loads(texts.pop())["tables"]
    ]


def received(settings: Settings, *paths: Path, **declared: str) -> None:
    """As the first half of a refresh whose process then ends: what it has read is gone."""
    assert len(add_files(settings, list(paths), declared)) == len(paths)
    assert receive(settings) == []
    release()


def loaded(settings: Settings) -> list[FileReport]:
    reports = [report for kind in LOAD_ORDER for report in load_kind(settings, kind)]
    settle_held(settings)
    return reports


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is looked for in whole sheets from now on."""
    done: list[str] = []
    every_row, below = recognise.heading_rows, blocks.rows_like_headings

    def heading_rows(rows: Any, layouts: Any, only: int | None = None) -> Any:
        done.extend(["header"] if only is None else [])
        return every_row(rows, layouts, only)

    def rows_like_headings(*given: Any) -> Any:
        done.append("later header")
        return below(*given)

    monkeypatch.setattr(recognise, "heading_rows", heading_rows)
    monkeypatch.setattr(blocks, "rows_like_headings", rows_like_headings)
    return done


def two_layouts(write_csv: Write, inn: dict[str, str]) -> Path:
    rows = [
        ["Моя школа, по состоянию на 01.12.2024"],
        LONG,
        [inn["ozernoe"], "учитель", 7],
        [],
        ["По состоянию на 01.11.2024"],
        ["ИНН", "Зарегистрировано педагогов", "Зарегистрировано обучающихся"],
        [inn["novonazimovo"], 5, 90],
    ]
    return write_csv("two.csv", rows)


def test_two_tables_of_two_layouts(
    settings: Settings, write_csv: Write, inn: dict[str, str], query: Query, searches: list[str]
) -> None:
    """Guards against the second table read as rows of the first by whoever loads what another process received."""
    received(settings, two_layouts(write_csv, inn))
    found = [("platform_registration", "long", 2, 2), ("platform_registration", "wide", 6, 6)]
    assert tables(query, "two.csv") == found
    assert query(STARTS.format("two.csv")) == [("platform_registration", "long", 2)]
    searches.clear()
    (report,) = loaded(settings)
    assert (report.outcome, report.rows_accepted, report.rows_ignored, report.messages) == ("loaded", 2, 0, ())
    assert searches == []
    assert query(
        "select snapshot_date::text, role_code, registered, source_row from raw.platform_registration order by 1, 2"
    ) == [
        ("2024-11-01", "student", 90, 7),
        ("2024-11-01", "teacher", 5, 7),
        ("2024-12-01", "teacher", 7, 3),
    ]
    assert tables(query, "two.csv") == found
    assert query("select state from journal.received where original_name = 'two.csv'") == [("done",)]


def two_kinds(path: Path, inn: dict[str, str]) -> Path:
    with xlsxwriter.Workbook(str(path)) as workbook:
        first = workbook.add_worksheet("Контингент")
        first.write_column(0, 0, ["Отправитель: Отдел образования", "По состоянию на 01.12.2024"])
        first.write_row(3, 0, ["ИНН", "Обучающихся"])
        first.write_row(4, 0, [inn["ozernoe"], 410])
        first.write_row(5, 0, [inn["novonazimovo"], "много"])
        workbook.add_worksheet("Памятка").write_column(0, 0, ["Заполнять до 5 числа", "Вопросы: методисту"])
        last = workbook.add_worksheet("Каналы")
        last.write_row(0, 0, ["ИНН", "Дата", "Скорость, Мбит/с"])
        last.write_row(1, 0, [inn["ozernoe"], "01.12.2024", "100"])
    return path


def test_two_kinds_of_one_workbook(
    settings: Settings, tmp_path: Path, inn: dict[str, str], query: Query, searches: list[str]
) -> None:
    """Guards against a part loaded from the other's sheet, and against a sheet that is passed over without a word."""
    received(settings, two_kinds(tmp_path / "both.xlsx", inn))
    assert query(STARTS.format("both.xlsx")) == [("connectivity", "connectivity", 1), ("headcount", "headcount", 4)]
    assert tables(query, "both.xlsx") == [
        ("headcount", "headcount", 4, 4),
        ("connectivity", "connectivity", 1, 1),
    ]
    searches.clear()
    first, second = loaded(settings)
    assert searches == []
    assert (first.kind, first.rows_accepted, first.rows_rejected) == ("headcount", 1, 1)
    assert first.messages[0] == "both.xlsx: лист «Памятка» не похож ни на один вид выгрузки и не прочитан"
    assert (second.kind, second.rows_accepted, second.rows_rejected) == ("connectivity", 1, 0)
    assert query(STARTS.format("both.xlsx")) == [("connectivity", "connectivity", 1), ("headcount", "headcount", 4)]


def test_a_table_of_another_kind_below(
    settings: Settings, write_csv: Write, inn: dict[str, str], query: Query, searches: list[str]
) -> None:
    """Guards against rows of one kind read into another's table when only the one's header is known."""
    rows = [
        ["ИНН", "Дата", "Обучающихся"],
        [inn["ozernoe"], "01.12.2024", 410],
        ["ИНН", "Дата", "Скорость, Мбит/с"],
        [inn["ozernoe"], "01.12.2024", 100],
    ]
    received(settings, write_csv("below.csv", rows))
    searches.clear()
    reports = loaded(settings)
    assert searches == []
    assert [(one.kind, one.rows_read, one.rows_accepted) for one in reports] == [
        ("headcount", 1, 1),
        ("connectivity", 1, 1),
    ]
    assert query(STARTS.format("below.csv")) == [("connectivity", "connectivity", 3), ("headcount", "headcount", 1)]


def test_what_is_refused_below_a_table_is_refused_by_whoever_loads_it(
    settings: Settings, write_csv: Write, inn: dict[str, str]
) -> None:
    """Guards against rows under an incomplete header, which stands in no journal, taken for rows of the table above."""
    rows = [
        ["ИНН", "Дата", "Обучающихся"],
        [inn["ozernoe"], "01.12.2024", 410],
        ["Школа", "Обучающихся"],
        ["МБОУ Новоназимовская СОШ № 4", 220],
    ]
    received(settings, write_csv("refused.csv", rows))
    (report,) = loaded(settings)
    assert (report.rows_accepted, report.rows_rejected) == (1, 2)


def map_of_headcount(home: Path, heading: str) -> None:
    """A region's own layout, which knows one heading more than the project's."""
    folder = home / "header_maps"
    folder.mkdir(exist_ok=True)
    columns = f"{{snapshot_date: [Дата], students: [Обучающихся], parents: [{heading}]}}"
    text = f"kind: headcount\nlayouts:\n  - name: ours\n    required: [snapshot_date]\n    columns: {columns}\n"
    (folder / "ours.yaml").write_text(text, encoding="utf-8")


def with_families(write_csv: Write, inn: dict[str, str]) -> Path:
    return write_csv("h.csv", [["ИНН", "Дата", "Обучающихся", "Семей"], [inn["ozernoe"], "01.12.2024", 410, 300]])


def test_header_maps_changed_between_are_obeyed_and_said(
    settings: Settings, write_csv: Write, inn: dict[str, str], query: Query
) -> None:
    """Guards against a file loaded by a map that is no longer there, and against figures that change without a word."""
    received(settings, with_families(write_csv, inn))
    assert tables(query, "h.csv") == [("headcount", "headcount", 1, 1)]
    map_of_headcount(settings.home, "Семей")
    (report,) = loaded(settings)
    assert query("select students, parents from raw.headcount") == [(410, 300)]
    assert report.messages == (
        "h.csv: после приёма файла изменились карты заголовков или программа, и таблицы найдены заново: лист «h», "
        "строка заголовка 1, расположение «ours»; при приёме: лист «h», строка заголовка 1, расположение «headcount»",
    )
    assert tables(query, "h.csv") == [("headcount", "ours", 1, 1)]
    assert query(STARTS.format("h.csv")) == [("headcount", "ours", 1)]


def test_a_change_that_does_not_concern_the_file_is_not_told(
    settings: Settings, write_csv: Write, inn: dict[str, str], searches: list[str]
) -> None:
    """Guards against a warning on every file that waited while somebody wrote a map for quite another one."""
    received(settings, with_families(write_csv, inn))
    map_of_headcount(settings.home, "Опекунов")
    searches.clear()
    (report,) = loaded(settings)
    assert searches == ["header", "later header"]
    assert report.messages == ("h.csv: лист «h»: неизвестные столбцы не загружены: «Семей»",)


def test_another_version_of_the_program_searches_anew(
    settings: Settings, write_csv: Write, inn: dict[str, str], searches: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a mended search that never reaches the files which waited for it."""
    received(settings, with_families(write_csv, inn))
    table_starts._digest_of_metadata.cache_clear()
    monkeypatch.setattr(table_starts, "reading_code", lambda: "another")
    searches.clear()
    (report,) = loaded(settings)
    table_starts._digest_of_metadata.cache_clear()
    assert searches == ["header", "later header"]
    assert report.rows_accepted == 1


def test_a_search_is_made_once_a_refresh(
    settings: Settings, tmp_path: Path, write_csv: Write, inn: dict[str, str], searches: list[str]
) -> None:
    """Guards against a file searched on receipt and again when it is loaded, or by its head and again whole."""
    in_sheet = ["header", "later header"]
    text, workbook = two_layouts(write_csv, inn), two_kinds(tmp_path / "both.xlsx", inn)
    for path, accepted, made in ((text, [2], in_sheet), (workbook, [1, 1], [*in_sheet, "header", *in_sheet])):
        searches.clear()
        add_files(settings, [path], {})
        receive(settings)
        assert [report.rows_accepted for report in loaded(settings)] == accepted
        assert searches == made


def test_a_text_longer_than_its_head_is_searched_to_its_end(
    settings: Settings, write_csv: Write, inn: dict[str, str], query: Query
) -> None:
    """Guards against a table below the first rows, which are read before the rest, taken for rows of the first."""
    header = ["ИНН", "Дата", "Обучающихся"]
    rows = [[inn["ozernoe"], f"{day:02}.{month:02}.2024", 410] for month in (1, 3) for day in range(1, 31)]
    below = ["ИНН", "Обучающихся", "Дата"], [inn["novonazimovo"], 220, "01.12.2024"]
    received(settings, write_csv("long.csv", [header, *rows, *below]))
    assert [header_row for *_, header_row, _ in tables(query, "long.csv")] == [1, 62]
    (report,) = loaded(settings)
    assert report.rows_accepted == 61
    assert query("select students, source_row from raw.headcount where snapshot_date = '2024-12-01'") == [(220, 63)]


def log(write_csv: Write, inn: dict[str, str], *lines: Sequence[object]) -> Path:
    rows = [["Система: Сферум"], LOG, ["112-233-445 95", inn["ozernoe"], "учитель", 3, "05.11.2024"], *lines]
    return write_csv("log.csv", rows)


def test_a_log_is_streamed_from_where_its_head_says(
    settings: Settings, write_csv: Write, inn: dict[str, str], query: Query, searches: list[str]
) -> None:
    """Guards against large kinds left out: their header is found in the first rows alone."""
    received(settings, log(write_csv, inn))
    assert query(STARTS.format("log.csv")) == [("platform_activity_person", "person_log", 2)]
    assert query("select json_extract_string(table_starts, '$.extent') from journal.received"
                 " where original_name = 'log.csv'") == [("head",)]  # fmt: skip
    searches.clear()
    (report,) = loaded(settings)
    assert (report.rows_accepted, report.messages, searches) == (1, (), [])
    assert query("select source_row from raw.platform_activity_person") == [(3,)]


def test_a_log_that_turns_out_to_hold_two_tables_is_searched_whole(
    settings: Settings, write_csv: Write, inn: dict[str, str], query: Query, searches: list[str]
) -> None:
    """Guards against what the head says taken for all there is, where the file has to be read whole after all."""
    rows = [["112-233-445 95", inn["ozernoe"], "учитель", 1, f"{day:02}.10.2024"] for day in range(1, 31)]
    more = [["112-233-445 95", inn["ozernoe"], "учитель", 1, f"{day:02}.09.2024"] for day in range(1, 31)]
    below = [["Система: Моя школа"], LOG, ["112-233-445 95", inn["ozernoe"], "учитель", 4, "06.11.2024"]]
    received(settings, log(write_csv, inn, *rows, *more, *below))
    assert tables(query, "log.csv") == [("platform_activity_person", "person_log", 2, 2)]
    searches.clear()
    (report,) = loaded(settings)
    assert searches == ["header", "later header"]
    assert (report.rows_accepted, report.messages) == (62, ())
    assert query("select system_code from raw.platform_activity_person where source_row > 64") == [("my_school",)]
    assert [header_row for *_, header_row, _ in tables(query, "log.csv")] == [2, 65]


def test_another_kind_below_a_short_log_is_a_part_of_its_own(
    settings: Settings, write_csv: Write, inn: dict[str, str], query: Query
) -> None:
    """Guards against rows of another kind lost without a word because the first of them is a log, which is streamed."""
    other = [["ИНН", "Дата", "Скорость, Мбит/с"], [inn["ozernoe"], "01.12.2024", 100]]
    received(settings, log(write_csv, inn, *other))
    assert query(STARTS.format("log.csv")) == [
        ("connectivity", "connectivity", 4),
        ("platform_activity_person", "person_log", 2),
    ]
    reports = loaded(settings)
    assert [(one.kind, one.rows_read, one.rows_accepted) for one in reports] == [
        ("platform_activity_person", 1, 1),
        ("connectivity", 1, 1),
    ]


def test_a_file_that_an_earlier_version_received(
    settings: Settings, write_csv: Write, inn: dict[str, str], query: Query
) -> None:
    """Guards against a home of an earlier version whose waiting files cannot be loaded any more."""
    received(settings, with_families(write_csv, inn))
    for column in ("layout", "header_row", "table_starts"):
        query(f"alter table journal.received drop column {column}")
    prepare_build(settings)
    assert query(STARTS.format("h.csv")) == [("headcount", None, None)]
    (report,) = loaded(settings)
    assert (report.outcome, report.rows_accepted) == ("loaded", 1)
    assert query(STARTS.format("h.csv")) == [("headcount", "headcount", 1)]


def test_a_file_received_anew_is_journaled_anew(
    settings: Settings, write_csv: Write, inn: dict[str, str], query: Query
) -> None:
    """Guards against a file read by what was declared of it the first time."""
    rows = [["ИНН", "Обучающихся"], [inn["ozernoe"], 410]]
    received(settings, write_csv("h.csv", rows), Дата="01.12.2024")
    before = query("select table_starts from journal.received where original_name = 'h.csv'")
    received(settings, write_csv("h.csv", rows), Дата="01.11.2024")
    after = query("select table_starts from journal.received where original_name = 'h.csv'")
    assert len(before) == len(after) == 1
    assert before != after
    (report,) = loaded(settings)
    assert report.rows_accepted == 1
    assert query("select snapshot_date::text from raw.headcount") == [("2024-11-01",)]


def test_a_file_with_very_many_tables(
    settings: Settings, write_csv: Write, inn: dict[str, str], query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a journal that grows by every table of a hostile file, and against losing the file for it."""
    monkeypatch.setattr(table_starts, "MOST_TABLES", 1)
    received(settings, two_layouts(write_csv, inn))
    assert query("select layout, header_row, table_starts from journal.received where original_name = 'two.csv'") == [
        ("long", 2, None)
    ]
    (report,) = loaded(settings)
    assert (report.rows_accepted, report.messages) == (2, ())


def test_a_file_loaded_again_by_a_rebuild_is_journaled(
    settings: Settings, write_csv: Write, inn: dict[str, str], query: Query
) -> None:
    """Guards against a rebuilt release that does not know where its tables started, and so differs from the first."""
    add_files(settings, [two_layouts(write_csv, inn)], {})
    receive(settings)
    with build_connection(settings) as connection:
        (receipt,) = waiting(settings, connection, "platform_registration")
    query("delete from journal.received where original_name = 'two.csv'")
    past = Receipt(receipt.member, receipt.received_at)
    replay(settings, [PastFile(past, "platform_registration", receipt.received_at)], [])
    assert query(STARTS.format("two.csv")) == [("platform_registration", "long", 2)]


def header_rows(report: FileReport) -> str:
    assert report.protocol is not None
    sheet = CalamineWorkbook.from_path(str(report.protocol)).get_sheet_by_name("Итог").to_python()
    return next(str(row[1]) for row in sheet if row[0] == "Строка заголовка")


def test_the_protocol_says_where_the_header_is(
    tmp_path: Path, write_csv: Write, inn: dict[str, str], load: Load
) -> None:
    """Guards against a sender who cannot see that a title line was taken for the header."""
    titles, header = [["По состоянию на 01.12.2024"], []], ["ИНН", "Обучающихся"]
    one = [*titles, header, [inn["ozernoe"], "много"]]
    two_rows = [
        *titles,
        ["ИНН", "Зарегистрировано", ""],
        ["", "педагогов", "обучающихся"],
        [inn["ozernoe"], 1, "много"],
    ]
    two_tables = [*one, ["По состоянию на 01.11.2024"], header, [inn["ozernoe"], 5]]
    reports = load(write_csv("one.csv", one), write_csv("two_tables.csv", two_tables))
    assert [header_rows(report) for report in reports] == ["3", "3, 6"]
    (report,) = load(write_csv("two_rows.csv", [["Система: Сферум"], *two_rows]))
    assert header_rows(report) == "4–5"
    path = tmp_path / "sheets.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        for name, above in (("Декабрь", titles), ("Ноябрь", titles[1:])):
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate([*above, ["ИНН", "Дата", "Обучающихся"], [inn["ozernoe"], "", "много"]]):
                sheet.write_row(number, 0, row)
    (report,) = load(path, Дата="01.12.2024")
    assert header_rows(report) == "лист «Декабрь»: 3; лист «Ноябрь»: 2"
