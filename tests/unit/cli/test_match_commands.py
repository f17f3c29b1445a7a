"""vitrina match as a steward uses it: codes, words, and what stands in the journal afterwards."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from foundation.settings import Settings
from ingestion.pipeline import load_kind, receive
from ingestion.receive.landing import add_files
from ingestion.store.tables import build_connection

Run = Callable[..., tuple[int, str, str]]
SCHOOL = "2447000029"
HEADER = ["Дата", "Организация", "Муниципалитет", "Обучающихся"]


@pytest.fixture
def asked(school: Settings, write_csv: Callable[..., Path]) -> Settings:
    """Three questions of a headcount: one name twice, another once."""
    rows = [["01.12.2024", name, "Енисейский район", count] for name, count in (("Ясная", "1"), ("Ясная", "2"))]
    rows.append(["01.12.2024", "Школа тёмная", "Енисейский район", "3"])
    add_files(school, [write_csv("h.csv", [HEADER, *rows])], {})
    with build_connection(school):
        receive(school)
        load_kind(school, "headcount")
    return school


def journal(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.build_file)) as connection:
        return connection.execute(sql).fetchall()


def test_an_answer_says_what_became_of_every_row_and_who_gave_it(asked: Settings, run: Run) -> None:
    """Guards against an answer of which nobody knows afterwards whose it was, and rows that wait in silence."""
    code, out, _ = run("match", "accept", "1", "--organisation", SCHOOL, "--by", "И. Стюард", "--why", "по списку")
    assert code == 0
    assert "Загружено строк: 1; ещё 1 строка этого имени ждёт отдельного ответа" in out
    code, out, _ = run("match", "list", "--decided")
    assert (code, "И. Стюард" in out, "по списку" in out, SCHOOL in out) == (0, True, True, True)
    code, out, _ = run("match", "undo", "1", "--by", "П. Старшая")
    assert code == 0
    assert "Решение 1 отменено: снова ждут ответа строк: 1" in out
    assert journal(asked, "select decided_by, undone_by from journal.decision") == [("И. Стюард", "П. Старшая")]
    code, _, err = run("match", "undo", "1")
    assert (code, "match list --decided" in err) == (2, True)


def test_whoever_runs_it_decides_unless_named(asked: Settings, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against decisions of nobody."""
    monkeypatch.setattr("getpass.getuser", lambda: "steward")
    assert run("match", "reject", "3")[0] == 0
    assert journal(asked, "select verdict, decided_by from journal.decision") == [("reject", "steward")]


def test_a_book_goes_out_and_a_list_comes_back(
    asked: Settings, run: Run, tmp_path: Path, write_csv: Callable[..., Path]
) -> None:
    """Guards against exit code 0 for a file of which a line was refused."""
    book = tmp_path / "вопросы.xlsx"
    code, out, _ = run("match", "export", str(book))
    assert (code, book.is_file(), "Вопросов: 3" in out) == (0, True, True)
    code, _, err = run("match", "export", str(book))
    assert (code, "уже есть" in err) == (2, True)
    code, out, _ = run("match", "import", str(book))
    assert (code, "Строк файла: 3 (без ответа: 3)" in out) == (0, True)
    answers = write_csv("a.csv", [["№", "ИНН", "Почему"], ["3", SCHOOL, "видно"], ["1", "7707083893", ""]])
    code, out, err = run("match", "accept", "--from", str(answers), "--by", "Стюард")
    assert (code, "применён: 1; не принят: 1" in out, "Исправьте" in err) == (1, True, True)
    assert journal(asked, "select held_id, decided_by, why from journal.decision") == [(3, "Стюард", "видно")]
    code, _, err = run("match", "import", str(answers))
    assert (code, "раскладка изменена" in err) == (2, True)


def test_exact_names_are_accepted_after_a_look(
    asked: Settings, run: Run, write_csv: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against answers given because a prompt was answered «нет», or not at all."""
    code, out, _ = run("match", "accept", "--all-exact", "--yes")
    assert (code, "в очереди нет" in out) == (0, True)
    registry = [["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"]]
    registry.append(["5720010403", "Красноярский край", "Енисейский район", "Школа тёмная", "СОШ"])
    add_files(asked, [write_csv("r.csv", registry)], {})
    with build_connection(asked):
        receive(asked)
        load_kind(asked, "organisation_registry")
    said: list[str] = []
    monkeypatch.setattr("cli.match_many.is_confirmed", lambda question, _: said.append(question) or False)
    code, out, err = run("match", "accept", "--all-exact")
    assert (code, said, "Ничего не принято" in err) == (1, ["Принять ответов: 1?"], True)
    assert journal(asked, "select count(*) from journal.decision") == [(0,)]
    code, out, _ = run("match", "accept", "--all-exact", "--yes")
    assert (code, "Принято ответов: 1, загружено строк: 1" in out) == (0, True)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("1",),
        ("1", "--all-exact"),
        ("--all-exact", "--organisation", SCHOOL),
        ("--all-exact", "--from", "a.csv"),
        ("1", "--organisation", SCHOOL, "--region", "Красноярский край"),
    ],
)
def test_one_way_to_answer_at_a_time(asked: Settings, run: Run, arguments: tuple[str, ...]) -> None:
    """Guards against an option that is passed over in silence."""
    code, _, err = run("match", "accept", *arguments)
    assert (code, "Укажите одно" in err) == (2, True)
    assert journal(asked, "select count(*) from journal.decision") == [(0,)]
