"""A person is removed from the core: rows, held rows, what was built of them, and the bytes of the build file."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings
from ingestion import forget
from ingestion.errors import UserError
from ingestion.forget import PersonRows, find_person, forget_person, person_key_of, secret_for_people
from ingestion.report.file_report import FileReport
from ingestion.steward.queue import accept, list_held, reject, settle_held
from ingestion.store.tables import build_connection, prepare_build
from publishing.conservation import conservation
from samples.identifiers import snils

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("registry")]

ANNA, BORIS = (snils(random.Random(seed), set()) for seed in (1, 2))
"""Generated numbers that nobody was issued."""
STAFF = ["СНИЛС", "ИНН", "Должность", "Категория", "Принят"]
TRAINING = [
    "СНИЛС", "ИНН организации", "Вид документа", "Статус документа", "Серия документа", "Номер документа",
    "Дата выдачи документа", "Наименование дополнительной профессиональной программы", "Срок обучения, часов",
]  # fmt: skip
ACTIVITY = ["Система", "Дата", "Идентификатор", "Организация", "Муниципалитет", "Роль", "Сообщений"]
GHOST = "Школа-призрак"


def hired(snils_text: str, inn: str, day: str = "01.09.2019") -> list[str]:
    return [snils_text, inn, "учитель", "педагог", day]


def trained(snils_text: str, inn: str, number: str, day: str = "10.03.2023") -> list[str]:
    kind = ["Удостоверение о повышении квалификации", "Оригинал", "ПК", number, day]
    return [snils_text, inn, *kind, "Цифровая образовательная среда", "36"]


def active(snils_text: str, school: str = "МБОУ Озерновская СОШ № 47", day: str = "05.11.2024") -> list[str]:
    return ["Сферум", day, snils_text, school, "Енисейский район", "учитель", "5"]


def spellings(snils_text: str) -> set[str]:
    digits = "".join(symbol for symbol in snils_text if symbol.isdigit())
    dashed = f"{digits[:3]}-{digits[3:6]}-{digits[6:9]}"
    return {digits, f"{dashed} {digits[9:]}", f"{dashed}-{digits[9:]}", dashed, f"{digits[:9]} {digits[9:]}"}


def files_with(settings: Settings, texts: set[str]) -> list[str]:
    """Files of the home, the archive left out, in whose bytes one of the texts stands."""
    found = []
    for path in sorted(settings.home.rglob("*")):
        if path.is_file() and path.relative_to(settings.home).parts[0] != "archive":
            content = path.read_bytes()
            if any(text.encode(encoding) in content for text in texts for encoding in ("utf-8", "utf-16-le")):
                found.append(str(path.relative_to(settings.home)))
    return found


@pytest.fixture
def key(settings: Settings, registry: None) -> str:
    return person_key_of(secret_for_people(settings), ANNA)


@pytest.fixture
def people(load: Load, write_csv: Write, inn: dict[str, str], key: str) -> None:
    """Two teachers with staff rows, documents and activity; of each a row that waits for a decision."""
    school = inn["ozernoe"]
    ghosts = [active(ANNA, GHOST, "06.11.2024"), active(BORIS, GHOST, "06.11.2024")]
    load(
        write_csv("staff.csv", [STAFF, hired(ANNA, school), hired(BORIS, school, "01.09.2020")]),
        write_csv("frdo.csv", [TRAINING, trained(ANNA, school, "1"), trained(BORIS, "", "2"), trained(BORIS, "", "3")]),
        write_csv("log.csv", [ACTIVITY, active(ANNA), active(BORIS), *ghosts]),
    )


def balanced(settings: Settings) -> bool:
    with build_connection(settings) as connection:
        return conservation(connection) == []


def rows_of(found: PersonRows) -> dict[str, tuple[int, int]]:
    return {kind.kind: (kind.rows, kind.waiting) for kind in found.kinds}


@pytest.mark.usefixtures("people")
def test_all_of_a_person_goes_and_nothing_of_others(settings: Settings, query: Query, key: str) -> None:
    """Guards against a kind or a held row left out, against another's row taken along, and against a file whose rows
    are no longer all accounted for."""
    before = query("select count(*) from journal.held_row")
    expected = {"staff": (1, 0), "training_record": (1, 0), "platform_activity_person": (2, 1)}
    assert rows_of(find_person(settings, key)) == expected
    assert balanced(settings)
    removed = forget_person(settings, key)
    assert rows_of(removed) == expected
    assert {(file.name, file.is_archived) for file in removed.files} == {
        ("staff.csv", True), ("frdo.csv", True), ("log.csv", True),
    }  # fmt: skip
    assert balanced(settings)
    counts = "select original_name, rows_read, rows_accepted, rows_held, rows_ignored from journal.load where kind = "
    assert query(counts + "'platform_activity_person'") == [("log.csv", 4, 1, 1, 2)]
    assert query(counts + "'staff'") == [("staff.csv", 2, 1, 0, 1)]
    assert query("select kind, rows from journal.forgotten order by kind") == [
        ("platform_activity_person", 2), ("staff", 1), ("training_record", 1),
    ]  # fmt: skip
    assert query("select count(*), count(distinct person_key) from raw.staff") == [(1, 1)]
    assert query("select document_number from raw.training_record order by 1") == [("2",), ("3",)]
    assert [before, query("select count(*) from journal.held_row")] == [[(2,)], [(1,)]]


@pytest.mark.usefixtures("people")
def test_no_byte_of_a_person_stays_in_the_home(settings: Settings, query: Query, key: str) -> None:
    """Guards against the key left in free blocks of the build file, which CHECKPOINT does not overwrite, or in tables
    that dbt made of the person's rows."""
    with build_connection(settings) as connection:
        connection.execute("create schema intermediate; create schema history")
        connection.execute("create table intermediate.int_staff_year as select person_key, 2024 as year from raw.staff")
        connection.execute("create or replace table intermediate.int_staff_year as from intermediate.int_staff_year")
        connection.execute("create table intermediate.int_course as select row_id, hours from raw.training_record")
        connection.execute("create table intermediate.lists as select list(row_key) as keys from raw.staff")
        connection.execute("create table history.value as select 'teachers' as code, 2::bigint as numerator")
    assert files_with(settings, {key}) == ["warehouse.duckdb"]
    (row,) = query("select row_id from raw.training_record where document_number = '1'")
    forget_person(settings, key)
    assert files_with(settings, {key, *row, *spellings(ANNA)}) == []
    assert query("select count(*) from intermediate.int_staff_year") == [(1,)]
    assert query("select count(*) from intermediate.int_course") == [(2,)]
    assert query("select count(*) from intermediate.lists") == [(0,)]
    assert query("select * from history.value") == [("teachers", 2)]


@pytest.mark.usefixtures("people")
def test_the_file_written_anew_is_the_same_database(
    settings: Settings, query: Query, load: Load, write_csv: Write, inn: dict[str, str], key: str
) -> None:
    """Guards against sequences that start again, so that a new file takes the place of an old one in the order, and
    against keys, types, comments or tables lost in the copy."""
    catalogue = (
        "select schema_name, table_name, column_name, data_type, comment, is_nullable from duckdb_columns()"
        " where not internal order by all",
        "select schema_name, table_name, constraint_type, constraint_column_names::text from duckdb_constraints()"
        " order by all",
        # The month of the rows that go gets another revision, as it should.
        "select schema_name, sequence_name, sql from duckdb_sequences()"
        " where sequence_name <> 'revision_number' order by all",
        "select count(*) from raw.organisation_registry",
    )
    query("comment on column raw.staff.position is 'Должность'")
    before, mode = [query(sql) for sql in catalogue], settings.build_file.stat().st_mode
    (last,), (held,) = (
        query("select max(load_sequence) from journal.load"),
        query("select max(held_id) from journal.held_name"),
    )
    forget_person(settings, key)
    assert [query(sql) for sql in catalogue] == before
    load(write_csv("log_2.csv", [ACTIVITY, active(BORIS, "Ещё один призрак")]))
    assert query("select max(load_sequence) from journal.load") == [(last[0] + 1,)]
    assert query("select max(held_id) from journal.held_name") == [(held[0] + 1,)]
    assert settings.build_file.stat().st_mode == mode


def test_held_rows_of_every_state_go(
    settings: Settings, query: Query, load: Load, write_csv: Write, inn: dict[str, str], key: str
) -> None:
    """Guards against a payload kept because its row was decided, and against a question about nobody's rows."""
    load(
        write_csv("accepted.csv", [ACTIVITY, active(ANNA, GHOST), active(BORIS, GHOST)]),
        write_csv("rejected.csv", [ACTIVITY, active(ANNA, "Школа теней")]),
        write_csv("waiting.csv", [TRAINING, trained(ANNA, "", "7")]),
    )
    questions = {one.name: one.held_id for one in list_held(settings)}
    accept(settings, questions[GHOST], inn["ozernoe"])
    reject(settings, questions["Школа теней"])
    assert {status for (status,) in query("select status from journal.held_row")} == {"accepted", "rejected", "pending"}
    forget_person(settings, key)
    assert balanced(settings)
    assert query("select status from journal.held_row") == [("accepted",)]
    assert query("select held_id from journal.held_name") == [(questions[GHOST],)]
    assert query("select count(*) from journal.reject where severity = 'error'") == [(0,)]
    assert query(
        "select original_name, rows_read, rows_accepted, rows_rejected, rows_held, rows_ignored from journal.load"
        " where kind <> 'organisation_registry' order by original_name"
    ) == [("accepted.csv", 2, 1, 0, 0, 1), ("rejected.csv", 1, 0, 0, 0, 1), ("waiting.csv", 1, 0, 0, 0, 1)]
    assert settle_held(settings) == 0
    assert files_with(settings, {key}) == []


@pytest.mark.usefixtures("people")
def test_the_others_are_decided_as_before(settings: Settings, query: Query, inn: dict[str, str], key: str) -> None:
    """Guards against counts that go below zero when the rows left in a question are decided later."""
    forget_person(settings, key)
    (question,) = list_held(settings)
    assert question.rows == 1
    assert accept(settings, question.held_id, inn["ozernoe"]) == 1
    assert query("select rows_accepted, rows_held, rows_ignored from journal.load where original_name = 'log.csv'") == [
        (2, 0, 2)
    ]
    assert balanced(settings)


def test_a_replaced_version_of_a_document_does_not_come_back(
    settings: Settings, query: Query, load: Load, write_csv: Write, inn: dict[str, str], key: str
) -> None:
    """Guards against the version with a mistyped СНИЛС becoming active again and counting for somebody else."""
    school = inn["ozernoe"]
    load(write_csv("frdo_1.csv", [TRAINING, trained(BORIS, school, "1"), trained(ANNA, school, "2")]))
    load(write_csv("frdo_2.csv", [TRAINING, trained(ANNA, school, "1"), trained(BORIS, school, "2")]))
    assert forget_person(settings, key).rows == 3
    assert query(
        "select original_name, document_number from raw.training_record join journal.load using (load_sequence)"
    ) == [("frdo_2.csv", "2")]
    assert balanced(settings)


@pytest.mark.usefixtures("people")
def test_the_period_of_a_file_is_that_of_the_rows_left(settings: Settings, query: Query, key: str) -> None:
    """Guards against a person's own date kept, and published, as the first day of a file."""
    period = "select period_start::text, period_end::text from journal.load where kind = 'staff'"
    assert query(period) == [("2019-09-01", "2020-09-01")]
    forget_person(settings, key)
    assert query(period) == [("2020-09-01", "2020-09-01")]


@pytest.mark.usefixtures("people")
def test_the_same_file_does_not_bring_a_person_back_and_a_new_one_does(
    settings: Settings, load: Load, write_csv: Write, inn: dict[str, str], key: str
) -> None:
    """Guards against a file that is loaded twice after a deletion, and against a person barred for good in silence."""
    rows = [STAFF, hired(ANNA, inn["ozernoe"]), hired(BORIS, inn["ozernoe"], "01.09.2020")]
    forget_person(settings, key)
    (report,) = load(write_csv("staff.csv", rows))
    assert report.outcome == "unchanged"
    assert find_person(settings, key).rows == 0
    load(write_csv("staff.csv", [*rows, hired(BORIS, inn["novonazimovo"], "01.09.2024")]))
    assert rows_of(find_person(settings, key)) == {"staff": (1, 0)}
    assert balanced(settings)


@pytest.mark.usefixtures("people")
def test_forgetting_again_and_forgetting_a_stranger_change_nothing(settings: Settings, query: Query, key: str) -> None:
    """Guards against a second line in the journal of deletions, and against a file written anew for nobody."""
    stranger = person_key_of(secret_for_people(settings), snils(random.Random(3), set()))
    assert forget_person(settings, stranger) == PersonRows((), ())
    assert query("select * from journal.forgotten") == []
    forget_person(settings, key)
    journal, written = query("from journal.forgotten"), settings.build_file.stat().st_ino
    assert forget_person(settings, key) == PersonRows((), ())
    assert (query("from journal.forgotten"), settings.build_file.stat().st_ino) == (journal, written)


def test_a_home_without_a_build_knows_nobody(settings: Settings) -> None:
    """Guards against a build file made by a question about a person."""
    settings.build_file.unlink()
    assert find_person(settings, "0" * 64).rows == forget_person(settings, "0" * 64).rows == 0
    assert not settings.build_file.exists()


@pytest.mark.usefixtures("people")
def test_a_failure_half_way_leaves_everything(
    settings: Settings, query: Query, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against raw rows gone and the journal not moved, or the other way round."""

    def fail(*_: object) -> None:
        raise RuntimeError

    before = query("from journal.load"), find_person(settings, key)
    monkeypatch.setattr(forget, "_delete_built", fail)
    with pytest.raises(RuntimeError):
        forget_person(settings, key)
    assert (query("from journal.load"), find_person(settings, key)) == before
    assert balanced(settings)


@pytest.mark.usefixtures("people")
def test_rewriting_cut_short_is_finished_by_the_next_refresh(
    settings: Settings, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against bytes that stay for good when the disk fills up or the machine stops after the deletion."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("ingestion.store.rewriting.os.replace", fail)
        with pytest.raises(OSError, match="vitrina refresh"):
            forget_person(settings, key)
    assert files_with(settings, {key}) == ["warehouse.duckdb"]
    spilled = settings.build_file.with_name("warehouse.duckdb.tmp") / "duckdb_temp_storage-0.tmp"
    spilled.parent.mkdir()
    spilled.write_text(key, encoding="utf-8")
    prepare_build(settings)
    assert files_with(settings, {key}) == []
    assert not list(settings.home.glob("warehouse.duckdb.*"))


@pytest.mark.usefixtures("people")
def test_a_full_disk_is_said_before_anything_is_deleted(
    settings: Settings, query: Query, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a deletion that cannot be finished."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))  # type: ignore[attr-defined]
    with pytest.raises(UserError, match="нет места"):
        forget_person(settings, key)
    assert query("select count(*) from raw.staff") == [(2,)]


@pytest.mark.usefixtures("people")
def test_an_older_home_gets_its_journal_of_deletions(settings: Settings, query: Query, key: str) -> None:
    """Guards against a home of an earlier version in which nobody can be forgotten."""
    query("drop table journal.forgotten")
    assert forget_person(settings, key).rows == 4
    assert query("select sum(rows)::bigint from journal.forgotten") == [(4,)]


@pytest.mark.parametrize("typed", sorted(spellings(ANNA) - {ANNA[:11]}))
def test_every_usual_spelling_finds_the_same_person(settings: Settings, key: str, typed: str) -> None:
    """Guards against a person not found because the number was typed with other separators than the file has."""
    assert person_key_of(secret_for_people(settings), f" {typed}\n") == key


@pytest.mark.parametrize(
    ("typed", "reason"),
    [(ANNA[:-1] + str((int(ANNA[-1]) + 1) % 10), "Контрольное число"), (ANNA[:11], "11 цифр"), ("", "11 цифр")],
)
def test_a_wrong_number_is_refused_and_not_repeated(typed: str, reason: str) -> None:
    """Guards against a typing error that forgets nobody and says «не найден», and against a number in a message."""
    with pytest.raises(UserError, match=reason) as refused:
        person_key_of("x" * 32, typed)
    shown = "".join(symbol for symbol in str(refused.value) if symbol.isdigit())
    assert shown in {"", "11"}


def test_without_the_secret_the_answer_is_what_to_do(settings: Settings) -> None:
    """Guards against a key computed with no secret, which would find nobody."""
    settings.secret_file.unlink()
    with pytest.raises(UserError, match="VITRINA_SECRET"):
        secret_for_people(settings)
