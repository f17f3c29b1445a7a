"""Organisations found by exact rules, held when in doubt, loaded once a steward decides."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings
from ingestion.errors import UserError
from ingestion.report.file_report import FileReport
from ingestion.steward.queue import accept, list_held, reject, settle_held, what_became
from ingestion.store.tables import build_connection, create_tables, prepare_build

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")
HEADER = ["Дата", "Организация", "Муниципалитет", "Обучающихся"]


@pytest.mark.parametrize(
    ("name", "municipality", "key"),
    [
        ("МБОУ «АрсентьевскаяСОШ»", "Кемеровский муниципальный округ", "arsentyevka"),
        ("вМБОУ «Верхотомская ООШ»", "Кемеровского муниципального округа", "verkhotomskoe"),
        ("МБОУ «Арсентьевская средняя общеобразовательная школа»", "Кемеровский район", "arsentyevka"),
        ("СОШ №4", "г. Ковров", "kovrov"),
        ("МБОУ СОШ № 4 г. Коврова", "", "kovrov"),
        ("МБОУ Озерновская СОШ 47", "Енисейского района", "ozernoe"),
        ("МБОУ ОЗЕРНОВСКАЯ СОШ № 47", "", "ozernoe"),
    ],
)
def test_a_name_written_differently_finds_its_school(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str], name: str, municipality: str, key: str
) -> None:
    """Guards against two organisations for one school because of a lost space, case ending or abbreviation."""
    (report,) = load(write_csv("h.csv", [HEADER, ["01.12.2024", name, municipality, "10"]]))
    assert (report.rows_accepted, report.rows_held) == (1, 0)
    assert query("select organisation_id from raw.headcount") == [(inn[key],)]


@pytest.mark.parametrize(
    ("name", "municipality"),
    [
        ("СОШ № 4", ""),
        ("СОШ № 4", "Енисейский район"),
        ("МБОУ Новоазимовская СОШ № 4", "Енисейский район"),
        ("МБОУ Озерновская ООШ № 47", "Енисейский район"),
    ],
)
def test_a_number_or_a_misspelling_alone_is_held(load: Load, write_csv: Write, name: str, municipality: str) -> None:
    """Guards against guessing: «СОШ № 4» stands in Ковров and in Енисейский район both."""
    (report,) = load(write_csv("h.csv", [HEADER, ["01.12.2024", name, municipality, "10"]]))
    assert (report.outcome, report.rows_accepted, report.rows_held) == ("loaded", 0, 1)


def test_accepted_name_loads_its_rows_and_is_remembered(
    load: Load, write_csv: Write, query: Query, settings: Settings, inn: dict[str, str]
) -> None:
    """Guards against a decision that needs the sender to send the file again, or to be asked twice."""
    row = ["01.12.2024", "МБОУ Новоазимовская СОШ № 4", "Енисейский район", "10"]
    load(write_csv("h.csv", [HEADER, row]))
    (question,) = list_held(settings)
    assert question.candidates[0].organisation_id == inn["novonazimovo"]
    assert accept(settings, question.held_id, inn["novonazimovo"]) == 1
    assert query("select organisation_id, match_rule, students from raw.headcount") == [
        (inn["novonazimovo"], "steward", 10)
    ]
    assert query("select rows_read, rows_accepted, rows_held from journal.load where kind = 'headcount'") == [(1, 1, 0)]
    (later,) = load(write_csv("h2.csv", [HEADER, ["01.12.2025", *row[1:]]]))
    assert (later.rows_accepted, later.rows_held) == (1, 0)
    assert list_held(settings) == []


def test_a_question_is_written_down_with_its_place_and_candidates(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against a release that shows a held name without whom it may mean, or to no municipality."""
    load(write_csv("h.csv", [HEADER, ["01.12.2024", "МБОУ Новоазимовская СОШ № 4", "Енисейского района", "10"]]))
    ((key, candidates),) = query("select municipality_key, candidates from journal.held_name")
    assert query("select distinct municipality_key from raw.organisation_registry where municipality like 'Ени%'") == [
        (key,)
    ]
    assert candidates.startswith("МБОУ Новоназимовская СОШ № 4, Енисейский район (")


def test_a_queue_made_by_an_earlier_version_gets_the_new_columns(settings: Settings) -> None:
    """Guards against a refresh that fails in every home where the queue already exists."""
    settings.home.mkdir(exist_ok=True)
    with build_connection(settings) as connection:
        create_tables(connection)
        for column in ("municipality_key", "candidates"):
            connection.execute(f"alter table journal.held_name drop column {column}")
    prepare_build(settings)
    assert settle_held(settings) == 0
    with build_connection(settings) as connection:
        assert connection.execute("select municipality_key, candidates from journal.held_name").fetchall() == []


def test_rejected_name_becomes_rejected_rows(load: Load, write_csv: Write, query: Query, settings: Settings) -> None:
    """Guards against held rows that vanish from the counts when a steward rejects them."""
    load(write_csv("h.csv", [HEADER, ["01.12.2024", "Школа-призрак", "Енисейский район", "10"]]))
    (question,) = list_held(settings)
    assert reject(settings, question.held_id) == 1
    assert query("select rows_read, rows_rejected, rows_held from journal.load where kind = 'headcount'") == [(1, 1, 0)]
    assert query("select rule from journal.reject") == [("organisation_rejected",)]


def test_a_decision_on_what_is_not_asked_is_refused(settings: Settings, inn: dict[str, str]) -> None:
    """Guards against a silent no-op when the number of the question is mistyped."""
    with pytest.raises(UserError, match="нет в очереди"):
        accept(settings, 99, inn["kovrov"])


def test_new_registry_settles_held_rows(load: Load, write_csv: Write, settings: Settings, query: Query) -> None:
    """Guards against rows left in the queue although the registry now names their school."""
    load(write_csv("h.csv", [HEADER, ["01.12.2024", "МБОУ Майская СОШ № 15", "Енисейский район", "10"]]))
    assert len(list_held(settings)) == 1
    registry = [
        ["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"],
        ["5720010403", "Красноярский край", "Енисейский район", "МБОУ Майская СОШ № 15", "СОШ"],
    ]
    load(write_csv("new.csv", registry))
    assert list_held(settings) == []
    assert query("select organisation_id, match_rule from raw.headcount") == [("5720010403", "name")]


def test_site_is_found_by_kpp_and_by_its_own_name(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str]
) -> None:
    """Guards against a site's figures landing on its entity (settled question 6)."""
    header = ["Дата", "ИНН", "КПП", "Организация", "Обучающихся"]
    rows = [
        ["01.12.2024", inn["ozernoe"], "244743001", "", "5"],
        ["01.11.2024", inn["ozernoe"], "", "Филиал «Луговой» МБОУ Озерновская СОШ № 47", "6"],
        ["01.12.2024", inn["ozernoe"], "", "МБОУ Озерновская СОШ № 47", "7"],
    ]
    load(write_csv("h.csv", [header, *rows]))
    site = f"{inn['ozernoe']}/244743001"
    assert query("select organisation_id, entity_id, students from raw.headcount order by students") == [
        (site, inn["ozernoe"], 5),
        (site, inn["ozernoe"], 6),
        (inn["ozernoe"], inn["ozernoe"], 7),
    ]


def test_lost_leading_zero_is_repaired_only_with_a_witness(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against a chance check digit: any other lost digit must be rejected, not guessed."""
    header = ["Дата", "ИНН", "Обучающихся"]
    kept, lost_other = inn["maykop"][1:], inn["kovrov"][:-1]
    (report,) = load(write_csv("h.csv", [header, ["01.12.2024", kept, "5"], ["01.12.2024", lost_other, "5"]]))
    assert (report.rows_accepted, report.rows_rejected) == (1, 1)
    assert any("ведущий ноль ИНН восстановлен" in message for message in report.messages)


def test_unknown_inn_is_held_not_matched_by_name(load: Load, write_csv: Write) -> None:
    """Guards against overruling an identifier by a name: a reorganised school has a new ИНН."""
    header = ["Дата", "ИНН", "Организация", "Муниципалитет", "Обучающихся"]
    row = ["01.12.2024", "5720010403", "МБОУ Озерновская СОШ № 47", "Енисейский район", "5"]
    (report,) = load(write_csv("h.csv", [header, row]))
    assert (report.rows_accepted, report.rows_held) == (0, 1)


def test_unknown_system_holds_the_row(load: Load, write_csv: Write, inn: dict[str, str], settings: Settings) -> None:
    """Guards against activity of an unknown system counted for a known one."""
    header = ["Система", "Дата среза", "ИНН", "Роль", "Зарегистрировано"]
    (report,) = load(write_csv("r.csv", [header, ["Дневник.ру", "01.12.2024", inn["kovrov"], "учитель", "5"]]))
    assert report.rows_held == 1
    (question,) = list_held(settings)
    assert (question.reason, question.name) == ("system", "Дневник.ру")


THREE = [["01.12.2024", "МБОУ «Солнечная школа»", "", students] for students in ("401", "402", "403")]


def test_rows_of_one_name_that_may_be_different_schools_are_asked_one_by_one(
    load: Load, write_csv: Write, query: Query, settings: Settings, inn: dict[str, str]
) -> None:
    """Guards against one answer for three schools: one row loaded, two rejected without a word."""
    load(write_csv("h.csv", [HEADER, *THREE]), Отправитель="Управление")
    questions = list_held(settings)
    assert [(one.rows, one.source_row) for one in questions] == [(1, 2), (1, 3), (1, 4)]
    assert accept(settings, questions[1].held_id, inn["kovrov"]) == 1
    became = what_became(settings, questions[1].held_id)
    assert (became.loaded, became.rejected, became.waiting, became.of_same_name) == (1, 0, 0, 2)
    assert query("select students from raw.headcount") == [(402,)]
    assert query("select rows_accepted, rows_rejected, rows_held from journal.load where kind = 'headcount'") == [
        (1, 0, 2)
    ]
    settle_held(settings)
    assert [one.held_id for one in list_held(settings)] == [questions[0].held_id, questions[2].held_id]
    accept(settings, questions[0].held_id, inn["kovrov"])
    assert what_became(settings, questions[0].held_id).rejected == 1
    accept(settings, questions[2].held_id, inn["ozernoe"])
    assert query("select students from raw.headcount order by 1") == [(402,), (403,)]


def test_an_answer_without_a_place_is_for_its_rows_alone(
    load: Load, write_csv: Write, settings: Settings, inn: dict[str, str]
) -> None:
    """Guards against an answer given for one region that matches a file of another."""
    load(write_csv("h.csv", [HEADER, THREE[0]]))
    accept(settings, list_held(settings)[0].held_id, inn["kovrov"])
    later = [[*HEADER, "Субъект"], ["01.12.2025", *THREE[0][1:], "Красноярский край"]]
    (report,) = load(write_csv("later.csv", later))
    assert (report.rows_accepted, report.rows_held) == (0, 1)


def test_an_answer_holds_for_its_sender(load: Load, write_csv: Write, settings: Settings, inn: dict[str, str]) -> None:
    """Guards against a name of one sender that means something else in another's files."""
    row = ["01.12.2024", "МБОУ Новоазимовская СОШ № 4", "Енисейский район", "10"]
    load(write_csv("h.csv", [HEADER, row]), Отправитель="МКУ «Управление образования»")
    accept(settings, list_held(settings)[0].held_id, inn["novonazimovo"])
    (same,) = load(write_csv("h2.csv", [HEADER, ["01.12.2023", *row[1:]]]), Отправитель='управление  "образования"')
    assert (same.rows_accepted, same.rows_held) == (1, 0)
    (other,) = load(write_csv("h3.csv", [HEADER, ["01.12.2022", *row[1:]]]), Отправитель="Комитет")
    assert (other.rows_accepted, other.rows_held) == (0, 1)


def test_a_person_in_the_place_of_an_organisation_is_not_kept(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against a shifted column that puts a person's name or number into the queue and its release."""
    rows = [["01.12.2024", "Образцов О.О.", "Енисейский район", "5"], ["01.11.2024", "112-233-445 95", "Тест", "6"]]
    (report,) = load(write_csv("h.csv", [HEADER, *rows]))
    kept = str(query("select * from journal.held_name") + query("select payload from journal.held_row"))
    for marker in ("Образцов", "112-233-445"):
        assert marker not in kept
        assert marker not in str(report.messages)
