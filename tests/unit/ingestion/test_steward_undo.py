"""A decision taken back: everything as it was before, later files included, and the journal still knows of it."""

import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as chosen
from hypothesis import strategies as some

from foundation.settings import Settings
from ingestion.errors import UserError
from ingestion.read import Member
from ingestion.replay import PastFile, replay
from ingestion.report.file_report import FileReport
from ingestion.steward.queue import accept, accept_place, list_held, reject
from ingestion.steward.undo import undo
from ingestion.store.archive import archived
from ingestion.store.receipts import Receipt
from ingestion.store.since import PastDecision
from ingestion.store.tables import build_connection
from publishing.conservation import conservation
from publishing.inputs import Decision, read_decisions, read_inputs
from schemas.kinds import KINDS

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")
HEADER = ["Дата", "Организация", "Муниципалитет", "Обучающихся"]
ROW = ["01.12.2024", "МБОУ Новоазимовская СОШ № 4", "Енисейский район", "10"]
STATE = {
    "load": "* exclude (received_at, loaded_at)",
    "held_name": "* exclude (decided_at)",
    "held_row": "*",
    "reject": "*",
    "alias": "name, organisation_id",
    "place_alias": "region, municipality, known_region",
    "alias_row": "*",
}
KEPT = {"held_name": "where status <> 'settled' or held_id not in (select held_id from journal.decision)"}
"""A question whose answer was taken back, and that nothing asks any more, stays for the journal's sake."""


@pytest.fixture
def state(query: Query) -> Callable[[], dict[str, list[tuple[Any, ...]]]]:
    """All that a decision may change, rows of every kind included."""

    def read() -> dict[str, list[tuple[Any, ...]]]:
        found = {
            table: query(f"select {columns} from journal.{table} {KEPT.get(table, '')} order by all")
            for table, columns in STATE.items()
        }
        return found | {kind: query(f"select * exclude (loaded_at) from raw.{kind} order by all") for kind in KINDS}

    return read


State = Callable[[], dict[str, list[tuple[Any, ...]]]]


def test_an_organisation_taken_back_leaves_all_as_it_was(
    load: Load, write_csv: Write, query: Query, settings: Settings, inn: dict[str, str], state: State
) -> None:
    """Guards against a wrong answer that stays for ever, or rows lost on the way back."""
    load(write_csv("h.csv", [HEADER, ROW, ["01.11.2024", *ROW[1:]]]), Отправитель="Управление")
    before = state()
    (question,) = list_held(settings)
    accept(settings, question.held_id, inn["kovrov"], by="И. Стюард", why="так сказали")
    assert query("select rows_accepted, rows_held from journal.load where kind = 'headcount'") == [(2, 0)]
    undone = undo(settings, question.held_id, "П. Старшая", "не та школа")
    assert (undone.rows, undone.of_later_files) == (2, 0)
    assert state() == before
    assert query("select organisation_id, decided_by, why, undone_by, undone_why from journal.decision") == [
        (inn["kovrov"], "И. Стюард", "так сказали", "П. Старшая", "не та школа")
    ]
    accept(settings, question.held_id, inn["novonazimovo"])
    assert query("select distinct organisation_id from raw.headcount") == [(inn["novonazimovo"],)]
    assert query("select count(*), count(undone_at) from journal.decision") == [(2, 1)]


def test_a_rejection_taken_back_leaves_all_as_it_was(
    load: Load, write_csv: Write, settings: Settings, state: State
) -> None:
    """Guards against rows that stay rejected although the steward has thought better of it."""
    load(write_csv("h.csv", [HEADER, ROW]))
    before = state()
    (question,) = list_held(settings)
    reject(settings, question.held_id)
    undo(settings, question.held_id)
    assert state() == before


def test_a_place_taken_back_leaves_all_as_it_was(
    load: Load, write_csv: Write, settings: Settings, state: State, inn: dict[str, str]
) -> None:
    """Guards against rows that keep a place nobody stands by any more, and questions that nothing asks."""
    header = ["Год", "Организация", "Муниципалитет", "Субъект", "Сумма", "Единица"]
    rows = [
        ["2024", "", "Енисейская управа", "Красноярский край", "100", "руб."],
        ["2024", "Неведомая школа", "Енисейский район", "Красноярский кр", "5", "руб."],
        ["2024", "", "Енисейский район", "Красноярский кр", "7", "руб."],
    ]
    load(write_csv("f.csv", [header, *rows]), Отправитель="Управление")
    for question in list_held(settings):
        before = state()
        if question.reason == "region":
            accept_place(settings, question.held_id, "Красноярский край", None)
        elif question.reason == "municipality":
            accept_place(settings, question.held_id, "Красноярский край", "Енисейский район")
        else:
            continue
        assert state() != before
        undo(settings, question.held_id)
        assert state() == before


def test_rows_of_later_files_wait_again(
    load: Load, write_csv: Write, query: Query, settings: Settings, inn: dict[str, str]
) -> None:
    """Guards against a withdrawn answer that goes on counting for another school in every later file."""
    load(write_csv("h.csv", [HEADER, ROW]), Отправитель="Управление")
    (question,) = list_held(settings)
    accept(settings, question.held_id, inn["kovrov"])
    rows = [["01.12.2025", *ROW[1:]], ["01.12.2025", "СОШ № 4", "г. Ковров", "7"]]
    load(write_csv("h2.csv", [HEADER, rows[0]]), Отправитель='"Управление"')
    load(write_csv("h3.csv", [HEADER, rows[1]]), Отправитель="Комитет")
    assert query("select name, organisation_id from journal.alias_row") == [(ROW[1], inn["kovrov"])]
    undone = undo(settings, question.held_id)
    assert (undone.rows, undone.of_later_files) == (2, 1)
    (again,) = list_held(settings)
    assert (again.held_id, again.rows) == (question.held_id, 2)
    assert query("select count(*) from journal.alias") == [(0,)]
    accept(settings, again.held_id, inn["novonazimovo"])
    assert query("select students, organisation_id from raw.headcount where match_rule = 'steward'") == [
        (10, inn["novonazimovo"]),
        (10, inn["novonazimovo"]),
    ]
    with build_connection(settings) as connection:
        assert conservation(connection) == []


def test_a_decision_on_which_a_later_one_rests_stays(
    load: Load, write_csv: Write, settings: Settings, inn: dict[str, str], state: State
) -> None:
    """Guards against a row rejected as a repeat of one that is loaded no longer."""
    load(write_csv("h.csv", [HEADER, ROW, [*ROW[:3], "11"]]))
    first, second = list_held(settings)
    before = state()
    accept(settings, first.held_id, inn["kovrov"])
    between = state()
    accept(settings, second.held_id, inn["kovrov"])
    with pytest.raises(UserError, match=f"vitrina match undo {second.held_id}"):
        undo(settings, first.held_id)
    undo(settings, second.held_id)
    assert state() == between
    undo(settings, first.held_id)
    assert state() == before


def test_what_was_not_decided_is_not_taken_back(load: Load, write_csv: Write, settings: Settings) -> None:
    """Guards against a silent no-op when the number is mistyped, or when the decision is taken back twice."""
    load(write_csv("h.csv", [HEADER, ROW]))
    (question,) = list_held(settings)
    reject(settings, question.held_id)
    undo(settings, question.held_id)
    for number in (question.held_id, 99):
        with pytest.raises(UserError, match="match list --decided"):
            undo(settings, number)


def test_a_place_that_brought_in_an_organisation_stays_while_others_speak_of_it(
    load: Load, write_csv: Write, settings: Settings, query: Query, state: State
) -> None:
    """Guards against rows of an organisation that the registry has lost."""
    header = ["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"]
    row = ["5720010403", "Орловская обл-ть", "Новосильский район", "МБОУ «Новоселовская ООШ»", "ООШ"]
    load(write_csv("r.csv", [header, row]), Отправитель="Управление")
    (question,) = list_held(settings)
    before = state()
    accept_place(settings, question.held_id, "Орловская область", None)
    assert query("select count(*) from raw.organisation_registry where inn = '5720010403'") == [(1,)]
    undo(settings, question.held_id)
    assert state() == before
    accept_place(settings, question.held_id, "Орловская область", None)
    load(write_csv("h.csv", [["Дата", "ИНН", "Обучающихся"], ["01.12.2024", "5720010403", "5"]]))
    with pytest.raises(UserError, match="5720010403"):
        undo(settings, question.held_id)


def test_files_that_keep_a_place_are_named(load: Load, write_csv: Write, settings: Settings) -> None:
    """Guards against rows that stand at a withdrawn place without anybody knowing."""
    header = ["Год", "Муниципалитет", "Субъект", "Сумма", "Единица"]
    place = ["Енисейский р-он дальний", "Красноярский край"]
    load(write_csv("f.csv", [header, ["2024", *place, "100", "руб."]]), Отправитель="Управление")
    (question,) = list_held(settings)
    accept_place(settings, question.held_id, "Красноярский край", "Енисейский район")
    load(write_csv("f2.csv", [header, ["2023", *place, "90", "руб."]]), Отправитель="Управление")
    load(write_csv("f3.csv", [header, ["2022", "Енисейский район", place[1], "90", "руб."]]), Отправитель="Управление")
    assert undo(settings, question.held_id).staying == ("f2.csv",)


def test_a_history_with_a_decision_taken_back_can_be_repeated(
    load: Load, write_csv: Write, settings: Settings, inn: dict[str, str], query: Query, tmp_path: Path, state: State
) -> None:
    """Guards against a release that cannot be built again because an answer was taken back before it."""
    load(write_csv("h.csv", [HEADER, ROW]), Отправитель="Управление")
    (question,) = list_held(settings)
    accept(settings, question.held_id, inn["kovrov"], by="Стюард", why="так сказали")
    load(write_csv("h2.csv", [HEADER, ["01.12.2025", *ROW[1:]]]), Отправитель="Управление")
    undo(settings, question.held_id, "Старшая", "не та")
    accept(settings, question.held_id, inn["novonazimovo"])
    with build_connection(settings) as connection:
        files, decisions = read_inputs(connection), read_decisions(connection)
    assert [(one.decided_by, one.why, one.undone_by, one.undone_why) for one in decisions] == [
        ("Стюард", "так сказали", "Старшая", "не та"),
        (None, None, None, None),
    ]
    before = state()
    settings.build_file.unlink()
    past = []
    for file in files:
        content = archived(settings, file.sha256)
        member = Member(file.name, file.sha256, content.stat().st_size, None, None, content)
        assert file.received_at is not None
        assert file.loaded_at is not None
        receipt = Receipt(member, file.received_at, file.declared or {}, file.load_sequence)
        past.append(PastFile(receipt, file.kind, file.loaded_at))
    replay(settings, past, [PastDecision(**_past(one)) for one in decisions])
    assert state() == before
    assert query("select decided_by, undone_by from journal.decision order by decided_at") == [
        ("Стюард", "Старшая"),
        (None, None),
    ]


def _past(decision: Decision) -> dict[str, Any]:
    """As orchestration.rebuild hands it on."""
    values = asdict(decision)
    values["by"] = values.pop("decided_by")
    del values["verdict"]
    return values


def _answer(settings: Settings, asked: tuple[int, str], said: str) -> None:
    held_id, reason = asked
    if said == "reject":
        reject(settings, held_id)
    elif reason == "organisation":
        accept(settings, held_id, said)
    elif reason == "region":
        accept_place(settings, held_id, "Красноярский край", None)
    else:
        accept_place(settings, held_id, "Красноярский край", "Енисейский район")


@pytest.fixture
def asked(load: Load, write_csv: Write, settings: Settings, tmp_path: Path) -> Path:
    """A home with questions of every sort, kept aside: one name of two schools, of two days, a place, a list."""
    header = ["Дата", "Организация", "Муниципалитет", "Субъект", "Обучающихся"]
    rows = [
        ["01.12.2024", "Школа ясная", "Енисейский район", "Красноярский край", "1"],
        ["01.12.2024", "Школа ясная", "Енисейский район", "Красноярский край", "2"],
        ["01.12.2024", "Школа тёмная", "Енисейский район", "Красноярский край", "3"],
        ["01.11.2024", "Школа тёмная", "Енисейский район", "Красноярский край", "4"],
        ["01.12.2024", "Школа дальняя", "Енисейский район", "Красноярский кр", "5"],
    ]
    listed = ["Документ", "Дата документа", "Пункт", "Текст", "Ответственные", "Муниципалитет", "Срок"]
    several = ["Приказ № 1", "01.02.2024", "1", "Сделать", "Школа алая; Школа белая", "Енисейский район", "01.03.2024"]
    load(write_csv("h.csv", [header, *rows]), write_csv("d.csv", [listed, several]), Отправитель="Управление")
    return Path(shutil.copytree(settings.home, tmp_path / "asked"))


@pytest.mark.slow
@chosen(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(plan=[(0, 0), (0, 0), (4, 0)])
@given(plan=some.lists(some.tuples(some.integers(0, 9), some.integers(0, 2)), min_size=1, max_size=4))
def test_whatever_is_decided_and_taken_back_leaves_all_as_it_was(
    plan: list[tuple[int, int]], settings: Settings, inn: dict[str, str], state: State, asked: Path
) -> None:
    """Guards against some order of answers after which a row is lost, or counted twice."""
    shutil.rmtree(settings.home)
    shutil.copytree(asked, settings.home)
    former, decided = [state()], []
    for which, what in plan:
        questions = sorted((one.held_id, one.reason) for one in list_held(settings))
        if not questions:
            break
        question = questions[which % len(questions)]
        _answer(settings, question, (inn["kovrov"], inn["ozernoe"], "reject")[what])
        with build_connection(settings) as connection:
            assert conservation(connection) == []
        undo(settings, question[0])
        assert state() == former[-1]
        _answer(settings, question, (inn["kovrov"], inn["ozernoe"], "reject")[what])
        decided.append(question[0])
        former.append(state())
    for number in reversed(decided):
        assert state() == former.pop()
        undo(settings, number)
    assert state() == former.pop()
