"""What raw rows keep of the file's own text, and that nothing of a person-level file is among it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from reports import only

from foundation.settings import Settings
from ingestion.report.file_report import FileReport
from ingestion.steward.queue import accept, list_held
from ingestion.store.tables import create_tables
from schemas.kinds import KINDS

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")

UNKNOWN_SCHOOL = "МБОУ Новоазимовская СОШ № 4"
UNKNOWN_INN = "5720010403"
SNILS = "112-233-445 95"


@pytest.fixture
def written(query: Query) -> Callable[..., list[Any]]:
    """What the rows of a kind keep as written: pairs of heading and text, in their order."""

    def read(kind: str) -> list[Any]:
        texts = query(f"select as_written from raw.{kind} order by source_row, row_key")
        return [None if text is None else list(json.loads(text).items()) for (text,) in texts]

    return read


def test_cells_keep_their_spelling_under_the_files_own_headings(
    load: Load, write_csv: Write, query: Query, written: Callable[..., list[Any]], inn: dict[str, str]
) -> None:
    """Guards against «14 266» that nobody finds in the file as 14266, and against canonical titles for its headings.

    An empty cell, the organisation's columns, an unknown column and the order of the columns are told here too.
    """
    header = ["Школа", "Учащихся", "Сторож", "ИНН", "На дату:", "Педагогов"]
    row = ["СОШ «№ 4»\nг. Коврова \\", "14 266", "Иван", inn["kovrov"], "декабрь 2024", ""]
    only(load(write_csv("h.csv", [header, row])))
    assert query("select students, teachers from raw.headcount") == [(14266, None)]
    assert written("headcount") == [
        [
            ("Школа", "СОШ «№ 4»\nг. Коврова \\"),
            ("Учащихся", "14 266"),
            ("ИНН", inn["kovrov"]),
            ("На дату:", "декабрь 2024"),
        ]
    ]
    assert "«№ 4»" in query("select as_written from raw.headcount")[0][0]


def test_an_unfolded_row_keeps_its_own_measures_only(
    load: Load, write_csv: Write, query: Query, written: Callable[..., list[Any]], inn: dict[str, str]
) -> None:
    """Guards against a row of teachers that shows the figure of students as its source."""
    rows = [
        ["Дата среза", "ИНН", "Педагоги", "Педагоги", "Обучающиеся", "Родители"],
        ["", "", "Зарегистрировано", "Всего", "Зарегистрировано", "Зарегистрировано"],
        ["01.12.2024", inn["ozernoe"], "10", "1 020", "1 300", ""],
    ]
    only(load(write_csv("w.csv", rows), Система="МШ"))
    shared = [("Дата среза", "01.12.2024"), ("ИНН", inn["ozernoe"])]
    assert query("select role_code, registered from raw.platform_registration order by row_key") == [
        ("student", 1300),
        ("teacher", 10),
    ]
    assert written("platform_registration") == [
        [*shared, ("Обучающиеся Зарегистрировано", "1 300"), ("Система", "МШ")],
        [*shared, ("Педагоги Зарегистрировано", "10"), ("Педагоги Всего", "1 020"), ("Система", "МШ")],
    ]


def test_a_list_of_addressees_stands_whole_in_each_of_its_rows(
    load: Load, write_csv: Write, written: Callable[..., list[Any]]
) -> None:
    """Guards against one name of a cell shown as if the cell held no other."""
    names = "МБОУ Озерновская СОШ № 47, МБОУ Новоназимовская СОШ № 4"
    header = ["Документ", "Дата документа", "Пункт", "Текст", "Ответственные", "Срок", "Муниципалитет"]
    row = ["Решение", "19.12.2024", "2.1", "Обеспечить", names, "до 28.12.2024", "Енисейский район"]
    only(load(write_csv("d.csv", [header, row])))
    assert written("decision") == [list(zip(header, row, strict=True))] * 2


def test_what_titles_and_declarations_say_stands_under_its_title(
    load: Load, write_csv: Write, query: Query, written: Callable[..., list[Any]], inn: dict[str, str]
) -> None:
    """Guards against a date that is in no cell of the row and so has no source, and against our code for a system."""
    rows = [
        ["Регистрация в системе «Моя Школа» на 01.12.2024"],
        ["ИНН", "Роль", "Зарегистрировано"],
        [inn["kovrov"], "учитель", "5"],
    ]
    only(load(write_csv("r.csv", rows), Субъект="Владимирская обл."))
    assert query("select system_code from raw.platform_registration") == [("my_school",)]
    ((*cells, region, date, system),) = written("platform_registration")
    assert cells == [("ИНН", inn["kovrov"]), ("Роль", "учитель"), ("Зарегистрировано", "5")]
    assert {region, date, system} == {
        ("Субъект", "Владимирская обл."),
        ("Дата среза", "01.12.2024"),
        ("Система", "моя школа"),
    }


def test_what_nobody_wrote_is_not_kept_as_written(
    load: Load, write_csv: Write, written: Callable[..., list[Any]], settings: Settings, inn: dict[str, str]
) -> None:
    """Guards against a default of the header map, or its constant, shown as the sender's own words."""
    header = ["Показатель", "Год", "План", "Документ", "Область"]
    only(load(write_csv("p.csv", [header, ["ENI.3.3", "2024", "90,0 %", "Решение", ""]])))
    (cells,) = written("indicator_plan")
    assert cells == [("Показатель", "ENI.3.3"), ("Год", "2024"), ("План", "90,0 %"), ("Документ", "Решение")]
    folder = settings.home / "header_maps"
    folder.mkdir()
    (folder / "own.yaml").write_text(
        "kind: platform_registration\nlayouts:\n  - name: own\n    required: [snapshot_date, role_code, registered]\n"
        "    constants: {system_code: Моя школа}\n    columns:\n      system_code: [Система]\n"
        "      snapshot_date: [Срез]\n      role_code: [Кто]\n      registered: [Есть учётка]\n",
        encoding="utf-8",
    )
    row = ["01.12.2024", "учитель", inn["kovrov"], "5"]
    only(load(write_csv("own.csv", [["Срез", "Кто", "ИНН", "Есть учётка"], row])))
    (cells,) = written("platform_registration")
    assert [heading for heading, _ in cells] == ["Срез", "Кто", "ИНН", "Есть учётка"]


def test_a_held_row_keeps_its_text_until_it_is_accepted(
    load: Load, write_csv: Write, written: Callable[..., list[Any]], settings: Settings, inn: dict[str, str]
) -> None:
    """Guards against rows that a steward accepted and nobody can find in their file, of wide files too."""
    rows = [
        ["Система", "Дата среза", "Организация", "Район", "Зарегистрировано педагогов", "Зарегистрировано родителей"],
        ["Моя школа", "01.12.2024", UNKNOWN_SCHOOL, "Енисейский район", "10,0", "1 200"],
    ]
    assert only(load(write_csv("w.csv", rows))).rows_held == 1
    (question,) = list_held(settings)
    assert accept(settings, question.held_id, inn["novonazimovo"]) == 1
    shared = list(zip(rows[0], rows[1], strict=True))[:4]
    assert written("platform_registration") == [
        [*shared, ("Зарегистрировано родителей", "1 200")],
        [*shared, ("Зарегистрировано педагогов", "10,0")],
    ]


def test_a_row_that_a_new_registry_settles_keeps_its_text(
    load: Load, write_csv: Write, written: Callable[..., list[Any]]
) -> None:
    """Guards against the text lost on the other way out of the queue: the registry, not the steward."""
    row = ["01.12.2024", UNKNOWN_INN, "1 010"]
    assert only(load(write_csv("h.csv", [["Дата", "ИНН", "Обучающихся"], row]))).rows_held == 1
    registry = [
        ["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"],
        [UNKNOWN_INN, "Красноярский край", "Енисейский район", "МБОУ Майская СОШ № 15", "СОШ"],
    ]
    load(write_csv("new.csv", registry))
    assert written("headcount") == [[("Дата", "01.12.2024"), ("ИНН", UNKNOWN_INN), ("Обучающихся", "1 010")]]


def test_a_row_held_by_an_earlier_version_loads_without_text(
    load: Load, write_csv: Write, query: Query, settings: Settings, inn: dict[str, str]
) -> None:
    """Guards against a queue that no decision can settle after an update."""
    row = ["01.12.2024", UNKNOWN_SCHOOL, "Енисейский район", "10"]
    load(write_csv("h.csv", [["Дата", "Организация", "Муниципалитет", "Обучающихся"], row]))
    ((payload,),) = query("select payload from journal.held_row")
    content = json.loads(payload)
    del content["values"]["as_written"]
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("update journal.held_row set payload = ?", [json.dumps(content)])
        connection.execute("alter table raw.headcount drop column as_written")
        create_tables(connection)
    (question,) = list_held(settings)
    assert accept(settings, question.held_id, inn["novonazimovo"]) == 1
    assert query("select students, as_written from raw.headcount") == [(10, None)]


def test_another_spelling_is_no_change(
    load: Load, write_csv: Write, written: Callable[..., list[Any]], inn: dict[str, str]
) -> None:
    """Guards against a steward shown a thousand changed rows because a program writes «15,0» now."""
    header = ["Дата", "ИНН", "Обучающихся"]
    load(write_csv("h.csv", [header, ["01.12.2024", inn["kovrov"], "15"]]))
    report = only(load(write_csv("h2.csv", [header, ["2024-12-01", inn["kovrov"], "15,0"]])))
    assert (report.rows_new, report.rows_changed, report.rows_same) == (0, 0, 1)
    assert [dict(cells)["Обучающихся"] for cells in written("headcount")] == ["15", "15,0"]


PEOPLE = {
    "staff": (
        ["СНИЛС", "ИНН", "Организация", "Должность", "Категория", "Принят"],
        [SNILS, "{inn}", "Наша школа", "учитель", "педагог", "01.09.2020"],
    ),
    "training_record": (
        ["Вид документа", "Статус документа", "Номер документа", "Дата выдачи документа",
         "Наименование дополнительной профессиональной программы", "Срок обучения, часов", "СНИЛС", "ИНН организации"],
        ["Удостоверение о повышении квалификации", "Оригинал", "{number}", "15.03.2024", "ЦОС", "36", SNILS, "{inn}"],
    ),
    "platform_activity_person": (
        ["Система", "Дата", "Идентификатор", "ИНН", "Роль", "Сообщений"],
        ["Сферум", "01.12.2024", SNILS, "{inn}", "учитель", "1 200"],
    ),
}  # fmt: skip


def test_these_are_all_the_kinds_of_people() -> None:
    """Guards against a new person-level kind that the next test does not know."""
    assert set(PEOPLE) == {code for code, kind in KINDS.items() if kind.is_personal}


@pytest.mark.parametrize("kind", PEOPLE)
def test_nothing_of_people_is_kept_as_written(
    load: Load, write_csv: Write, query: Query, settings: Settings, inn: dict[str, str], kind: str
) -> None:
    """Guards against a СНИЛС or a name kept as written: in a raw row, in the queue, or after a steward's decision."""
    header, cells = PEOPLE[kind]
    rows = [
        [cell.format(inn=code, number=number) for cell in cells]
        for number, code in enumerate((inn["kovrov"], UNKNOWN_INN), start=1)
    ]
    report = only(load(write_csv("people.csv", [header, *rows])))
    assert (report.rows_accepted, report.rows_held) == (1, 1)
    ((payload,),) = query("select payload from journal.held_row")
    assert json.loads(payload)["values"].get("as_written") is None
    assert SNILS not in payload
    (question,) = list_held(settings)
    assert accept(settings, question.held_id, inn["ozernoe"]) == 1
    assert query(f"select organisation_id, as_written from raw.{kind} order by source_row") == [
        (inn["kovrov"], None),
        (inn["ozernoe"], None),
    ]


def test_people_who_wait_for_staff_load_without_text(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str]
) -> None:
    """Guards against a document of a course that comes out of the queue with what it had as written."""
    header, cells = PEOPLE["training_record"]
    row = [cell.format(inn="", number=1) for cell in cells]
    assert only(load(write_csv("frdo.csv", [header, row]))).rows_held == 1
    header, cells = PEOPLE["staff"]
    load(write_csv("staff.csv", [header, [cell.format(inn=inn["kovrov"]) for cell in cells]]))
    assert query("select match_rule, as_written from raw.training_record") == [("staff", None)]
