"""Files of one kind read again from the archive: in their place, with the decisions on their rows, or left alone."""

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from foundation.settings import Settings
from ingestion import reread
from ingestion.errors import FailedFileError, UserError
from ingestion.pipeline import LOAD_ORDER, load_kind, settle_held
from ingestion.report.file_report import FileReport
from ingestion.steward.queue import accept, accept_place, list_held, reject
from ingestion.steward.undo import undo
from ingestion.store.archive import archived
from ingestion.store.reload import ReloadRequest, files_to_reload, reload
from ingestion.store.tables import build_connection
from publishing.conservation import conservation
from publishing.inputs import read_decisions
from samples.identifiers import snils
from schemas.kinds import KINDS

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
State = Callable[[], dict[str, list[tuple[Any, ...]]]]
pytestmark = pytest.mark.usefixtures("registry")
HEADER = ["Дата", "Организация", "Муниципалитет", "Обучающихся"]
ROW = ["01.12.2024", "МБОУ Новоазимовская СОШ № 4", "Енисейский район", "10"]
KNOWN = ["01.12.2024", "МБОУ Озерновская СОШ № 47", "Енисейский район", "20"]
OWN_MAP = """kind: headcount
layouts:
  - name: ours
    required: [snapshot_date, teachers]
    columns:
      snapshot_date: [Дата]
      students: [Обучающихся]
      teachers: [Педагогов у нас]
"""
JOURNAL = (
    "load", "held_name", "held_row", "reject", "ignored", "alias", "place_alias", "alias_row", "name_row", "decision",
    "load_scope",
)  # fmt: skip


@pytest.fixture
def state(query: Query) -> State:
    """All that loading writes, moments included; of large kinds as whoever reads them sees it."""

    def read() -> dict[str, list[tuple[Any, ...]]]:
        found = {table: query(f"select * from journal.{table} order by all") for table in JOURNAL}
        received = query("select * exclude (table_starts) from journal.received order by all")
        return (
            found | {"received": received} | {kind: query(f"select * from raw.{kind} order by all") for kind in KINDS}
        )

    return read


@pytest.fixture
def again(settings: Settings) -> Callable[..., list[FileReport]]:
    """Read the files of a kind again, as a refresh does: again("headcount", since=…, until=…)."""

    def run(kind: str, **bounds: date) -> list[FileReport]:
        reload(settings, ReloadRequest(kind, **bounds))
        reports = [report for one in LOAD_ORDER for report in load_kind(settings, one)]
        settle_held(settings)
        with build_connection(settings) as connection:
            assert conservation(connection) == []
        return reports

    return run


Again = Callable[..., list[FileReport]]


def test_nothing_changes_where_nothing_has(load: Load, write_csv: Write, again: Again, state: State) -> None:
    """Guards against rows loaded twice, remarks doubled, another place among all loads, or a new day of loading."""
    rows = [KNOWN, ROW, ["01.12.2024", "СОШ № 4", "г. Ковров", "x"], ["Итого", "", "", "30"]]
    load(write_csv("h.csv", [HEADER, *rows]), Отправитель="Управление")
    load(write_csv("h2.csv", [HEADER, [*KNOWN[:3], "21"]]), Отправитель="Комитет")
    before = state()
    first, second = again("headcount")
    assert state() == before
    assert (first.outcome, second.outcome) == ("unchanged", "unchanged")
    assert first.former == {"rows_accepted": 1, "rows_rejected": 1, "rows_held": 1, "rows_ignored": 1}
    assert first.protocol is not None
    assert first.protocol.is_file()


def test_a_mended_map_is_read_and_its_earlier_reading_gone(
    load: Load, write_csv: Write, again: Again, query: Query, settings: Settings
) -> None:
    """Guards against a column that stays unread, and against two readings of one file."""
    path = write_csv("h.csv", [[*HEADER, "Педагогов у нас"], [*KNOWN, "7"]])
    load(path, Отправитель="Управление")
    assert query("select students, teachers from raw.headcount") == [(20, None)]
    (place,) = query("select load_sequence, received_at, loaded_at from journal.load where kind = 'headcount'")
    folder = settings.home / "header_maps"
    folder.mkdir()
    (folder / "ours.yaml").write_text(OWN_MAP, encoding="utf-8")
    (report,) = again("headcount")
    assert query("select students, teachers from raw.headcount") == [(20, 7)]
    assert query("select load_sequence, received_at, loaded_at from journal.load where kind = 'headcount'") == [place]
    assert (report.outcome, report.rows_changed, report.rows_new) == ("loaded", 1, 0)
    assert "перечитан из архива, изменилось записей 1" in report.messages[0]
    assert query("select loaded_at > received_at from raw.headcount") == [(True,)]


@pytest.mark.parametrize("verdict", ["accept", "reject"])
def test_decisions_are_kept(
    verdict: str, load: Load, write_csv: Write, again: Again, state: State, settings: Settings, inn: dict[str, str]
) -> None:
    """Guards against a question asked twice of the steward, and against a decision that is taken twice."""
    load(write_csv("h.csv", [HEADER, ROW, KNOWN, ["01.11.2024", *ROW[1:]]]), Отправитель="Управление")
    load(write_csv("h2.csv", [HEADER, ["01.12.2023", *ROW[1:]]]), Отправитель="Комитет")
    question, other = list_held(settings)
    if verdict == "accept":
        accept(settings, question.held_id, inn["kovrov"], by="И. Стюард", why="так сказали")
    else:
        reject(settings, question.held_id, by="И. Стюард")
    load(write_csv("h3.csv", [HEADER, ["01.10.2024", *ROW[1:]]]), Отправитель="Управление")
    before = state()
    again("headcount")
    assert state() == before
    with build_connection(settings) as connection:
        (decision,) = read_decisions(connection)
    assert (decision.decided_by, decision.source_row) == ("И. Стюард", 2)
    assert other.held_id in {one.held_id for one in list_held(settings)}
    undo(settings, question.held_id)
    assert {one.held_id for one in list_held(settings)} >= {question.held_id, other.held_id}


def test_a_decision_about_a_place_is_kept(
    load: Load, write_csv: Write, again: Again, state: State, settings: Settings
) -> None:
    """Guards against rows whose place a steward told waiting for it again."""
    header = ["Год", "Организация", "Муниципалитет", "Субъект", "Сумма", "Единица"]
    rows = [
        ["2024", "", "Енисейская управа", "Красноярский край", "100", "руб."],
        ["2024", "Неведомая школа", "Енисейская управа", "Красноярский край", "5", "руб."],
    ]
    load(write_csv("f.csv", [header, *rows]), Отправитель="Управление")
    (place,) = (one for one in list_held(settings) if one.reason == "municipality")
    accept_place(settings, place.held_id, "Красноярский край", "Енисейский район")
    settle_held(settings)
    (school,) = list_held(settings)
    before = state()
    again("funding")
    assert state() == before
    reject(settings, school.held_id)
    before = state()
    again("funding")
    assert state() == before


def test_a_decision_for_an_organisation_that_is_gone_is_opened_again(
    load: Load, write_csv: Write, again: Again, query: Query, settings: Settings, inn: dict[str, str]
) -> None:
    """Guards against rows that wait under a question nobody is shown."""
    load(write_csv("h.csv", [HEADER, ROW]), Отправитель="Управление")
    (question,) = list_held(settings)
    accept(settings, question.held_id, inn["kovrov"])
    query(f"update raw.organisation_registry set organisation_id = 'x', inn = 'x' where inn = '{inn['kovrov']}'")
    (report,) = again("headcount")
    assert any("вопрос" in message and "открыт снова" in message for message in report.messages)
    assert [one.held_id for one in list_held(settings)] == [question.held_id]
    assert query("select count(*), count(undone_at) from journal.decision") == [(1, 1)]


@pytest.mark.parametrize("kind", ["organisation_registry", "staff", "platform_activity_person"])
def test_kinds_that_others_rest_on_and_large_ones(
    kind: str, load: Load, write_csv: Write, again: Again, state: State, inn: dict[str, str]
) -> None:
    """Guards against schools lost while the registry is read again, and rows of a large kind doubled."""
    person = snils(random.Random(1), set())
    load(write_csv("s.csv", [["СНИЛС", "ИНН", "Должность", "Категория", "Принят"],
                             [person, inn["ozernoe"], "учитель", "педагог", "01.09.2019"]]))  # fmt: skip
    log = ["Система", "Дата", "Идентификатор", "Организация", "Муниципалитет", "Роль", "Сообщений"]
    school = ["МБОУ Озерновская СОШ № 47", "Енисейский район"]
    spoilt = [person, "Школа-призрак", school[1], "учитель", "x"]
    rows = [["Сферум", "05.11.2024", person, *school, "учитель", "5"], ["Сферум", "05.11.2024", *spoilt]]
    load(write_csv("a.csv", [log, *rows]))
    load(write_csv("h.csv", [HEADER, ROW, KNOWN]))
    before = state()
    (report,) = again(kind)
    assert report.outcome == "unchanged", report.messages
    assert state() == before


def test_other_kinds_of_a_workbook_keep_their_remarks(
    load: Load, again: Again, state: State, settings: Settings, tmp_path: Path, inn: dict[str, str]
) -> None:
    """Guards against remarks of one sheet deleted when the other is read again."""
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in (
            ("контингент", [["Дата", "ИНН", "Обучающихся"], ["01.12.2024", inn["kovrov"], "x"]]),
            ("скорость", [["Дата", "ИНН", "Скорость, Мбит/с"], ["01.12.2035", inn["kovrov"], "100"]]),
        ):
            sheet = workbook.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    assert len(load(path)) == 2
    before = state()
    again("headcount")
    again("connectivity")
    assert state() == before


@pytest.mark.parametrize(("loss", "said"), [("purged", "больше нет"), ("damaged", "повреждена")])
def test_what_the_archive_has_lost_stays_as_it_was_loaded(
    loss: str, said: str, load: Load, write_csv: Write, again: Again, state: State, settings: Settings, query: Query
) -> None:
    """Guards against figures that vanish with bytes nobody needs any more, or figures of damaged bytes."""
    load(write_csv("h.csv", [HEADER, KNOWN]))
    ((sha256,),) = query("select file_sha256 from journal.load where kind = 'headcount'")
    copy = archived(settings, sha256)
    if loss == "purged":
        copy.unlink()
    else:
        copy.chmod(0o600)
        copy.write_bytes(copy.read_bytes()[:-2] + b"99")
    before = state()
    (report,) = again("headcount")
    assert state() == before
    assert (report.outcome, report.kept, report.rows_accepted) == ("unchanged", True, 1)
    assert "загруженное прежде остаётся" in report.messages[0]
    assert said in report.messages[0]


def test_people_who_were_forgotten_do_not_come_back(
    load: Load, write_csv: Write, again: Again, query: Query, settings: Settings, inn: dict[str, str]
) -> None:
    """Guards against the archive undoing a request to forget somebody."""
    person = snils(random.Random(1), set())
    load(write_csv("s.csv", [["СНИЛС", "ИНН", "Должность", "Категория", "Принят"],
                             [person, inn["ozernoe"], "учитель", "педагог", "01.09.2019"]]))  # fmt: skip
    query("insert into journal.forgotten select file_sha256, kind, 1, now() from journal.load where kind = 'staff'")
    query("delete from raw.staff")
    query("update journal.load set rows_accepted = 0, rows_ignored = 1 where kind = 'staff'")
    (report,) = again("staff")
    assert report.kept
    assert query("select count(*) from raw.staff") == [(0,)]


def test_a_file_at_which_the_program_now_fails_stays(
    load: Load, write_csv: Write, again: Again, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against half of a reading left behind, and rows lost to an error of ours."""
    load(write_csv("h.csv", [HEADER, KNOWN, ROW]))
    before = state()

    def fail(*_: object) -> None:
        raise FailedFileError("h.csv: программа не справилась")

    monkeypatch.setattr(reread, "compare", fail)
    (report,) = again("headcount")
    assert report.kept
    assert state() == before


def test_a_killed_reload_goes_on_the_next_night(
    load: Load, write_csv: Write, query: Query, settings: Settings, state: State
) -> None:
    """Guards against files that nobody reads again since the first attempt was cut short."""
    load(write_csv("h.csv", [HEADER, KNOWN]))
    load(write_csv("h2.csv", [HEADER, [*KNOWN[:3], "21"]]))
    before = state()
    assert reload(settings, ReloadRequest("headcount")) == 2
    with build_connection(settings) as connection:
        connection.execute("begin")
        connection.execute("delete from raw.headcount")  # killed within a file: nothing of it is committed
    assert [report.outcome for report in load_kind(settings, "headcount")] == ["unchanged", "unchanged"]
    assert state() == before


def test_a_period_chooses_files(load: Load, write_csv: Write, settings: Settings, query: Query) -> None:
    """Guards against files of other periods read again, and against leaving out those of which nothing was accepted."""
    for name, day in (("a.csv", "01.11.2024"), ("b.csv", "01.12.2024"), ("c.csv", "01.01.2025")):
        load(write_csv(name, [HEADER, [day, *KNOWN[1:]]]))
    load(write_csv("d.csv", [HEADER, ROW]))

    def chosen(**bounds: date) -> list[str]:
        reload(settings, ReloadRequest("headcount", **bounds))
        found = query("select original_name from journal.received where state = 'waiting' order by 1")
        query("update journal.received set state = 'done'")
        return [name for (name,) in found]

    assert chosen() == ["a.csv", "b.csv", "c.csv", "d.csv"]
    assert chosen(since=date(2024, 12, 1)) == ["b.csv", "c.csv", "d.csv"]
    assert chosen(until=date(2024, 12, 1)) == ["a.csv", "b.csv", "d.csv"]
    assert chosen(since=date(2024, 11, 2), until=date(2024, 12, 31)) == ["b.csv", "d.csv"]
    assert files_to_reload(settings, ReloadRequest("survey")) == 0


@pytest.mark.parametrize(
    ("kind", "bounds", "said"),
    [
        ("head", {}, "Вида «head» нет. Виды: .*headcount"),
        ("organisation_registry", {"since": date(2024, 1, 1)}, "нет периода"),
        ("headcount", {"since": date(2024, 2, 1), "until": date(2024, 1, 1)}, "кончается раньше"),
    ],
)
def test_what_cannot_be_asked_is_refused(kind: str, bounds: dict[str, date], said: str) -> None:
    """Guards against a mistyped kind that reads nothing again and says it has."""
    with pytest.raises(UserError, match=said):
        ReloadRequest(kind, **bounds)


def test_refused_files_of_the_kind_are_tried_again(load: Load, write_csv: Write, again: Again, query: Query) -> None:
    """Guards against a mended map that helps every file but the one it was mended for."""
    load(write_csv("h.csv", [HEADER, KNOWN]))
    query("update journal.load set outcome = 'refused', rows_read = 0, rows_accepted = 0 where kind = 'headcount'")
    query("delete from raw.headcount")
    (report,) = again("headcount")
    assert (report.outcome, report.rows_accepted, report.former) == ("loaded", 1, None)
    assert query("select outcome from journal.load where kind = 'headcount'") == [("loaded",)]
