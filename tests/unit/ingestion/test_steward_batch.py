"""Many answers at once do what each would have done alone, and a wrong one keeps no other from its work."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings
from ingestion.match.rows import Lookups
from ingestion.report.file_report import FileReport
from ingestion.steward.answers import Answer
from ingestion.steward.batch import decide
from ingestion.steward.queue import list_held
from ingestion.store.tables import build_connection
from publishing.conservation import conservation

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")
HEADER = ["Дата", "Организация", "Муниципалитет", "Обучающихся"]
PLACE = "Енисейский район"


def questions_of(settings: Settings) -> dict[str, int]:
    return {one.name: one.held_id for one in list_held(settings)}


def test_answers_settle_together(
    load: Load,
    write_csv: Write,
    query: Query,
    settings: Settings,
    inn: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Guards against a registry read anew, and a load settled anew, for each of three hundred answers."""
    names = ["Школа первая", "Школа вторая", "Школа третья", "Школа-призрак"]
    load(write_csv("h.csv", [HEADER, *(["01.12.2024", name, PLACE, "10"] for name in names)]))
    load(write_csv("h2.csv", [HEADER, *(["01.12.2023", name, PLACE, "10"] for name in names)]))
    asked = questions_of(settings)
    read = []
    whole = Lookups.load
    monkeypatch.setattr(Lookups, "load", lambda connection: read.append(1) or whole(connection))
    answers = [
        Answer(asked["Школа первая"], "organisation", inn["kovrov"]),
        Answer(asked["Школа вторая"], "organisation", "7707083893"),
        Answer(asked["Школа третья"], "organisation", inn["ozernoe"], why="по приказу"),
        Answer(asked["Школа-призрак"], "reject"),
        Answer(99, "reject"),
        Answer(asked["Школа первая"], "reject"),
    ]
    done = decide(settings, answers, "Стюард")
    assert [one.refusal is None for one in done] == [True, False, True, True, False, False]
    assert "нет в реестре" in str(done[1].refusal)
    assert [(one.outcome.loaded, one.outcome.rejected) for one in done] == [
        (2, 0),
        (0, 0),
        (2, 0),
        (0, 2),
        (0, 0),
        (0, 0),
    ]
    assert len(read) == 1
    counts = "select rows_accepted, rows_rejected, rows_held from journal.load where kind = 'headcount'"
    assert query(counts) == [(2, 1, 1), (2, 1, 1)]
    assert list(questions_of(settings)) == ["Школа вторая"]
    assert query("select decided_by, why from journal.decision order by held_id") == [
        ("Стюард", None),
        ("Стюард", "по приказу"),
        ("Стюард", None),
    ]
    with build_connection(settings) as connection:
        assert conservation(connection) == []


def test_of_two_rows_given_to_one_school_in_one_go_the_first_of_the_file_loads(
    load: Load, write_csv: Write, query: Query, settings: Settings, inn: dict[str, str]
) -> None:
    """Guards against both rows of one school counted, or none."""
    rows = [["01.12.2024", "Школа ясная", PLACE, students] for students in ("10", "20")]
    load(write_csv("h.csv", [HEADER, *rows]))
    asked = [one.held_id for one in list_held(settings)]
    done = decide(settings, [Answer(number, "organisation", inn["kovrov"]) for number in reversed(asked)])
    assert [(one.outcome.loaded, one.outcome.rejected) for one in done] == [(0, 1), (1, 0)]
    assert query("select students from raw.headcount") == [(10,)]


def test_a_row_of_several_organisations_counts_once(
    load: Load, write_csv: Write, query: Query, settings: Settings, inn: dict[str, str]
) -> None:
    """Guards against a row counted accepted and rejected both, when one of its names is a repeat."""
    header = ["Документ", "Дата документа", "Пункт", "Текст", "Ответственные", "Муниципалитет", "Срок"]
    first = ["Приказ № 1", "01.02.2024", "1", "Сделать", "Школа алая; Школа белая", PLACE, "01.03.2024"]
    load(write_csv("d.csv", [header, first]))
    asked = questions_of(settings)
    assert sorted(asked) == ["Школа алая", "Школа белая"]
    answers = [Answer(asked[name], "organisation", inn["ozernoe"]) for name in sorted(asked)]
    decide(settings, answers)
    assert query("select rows_accepted, rows_rejected, rows_held from journal.load where kind = 'decision'") == [
        (1, 0, 0)
    ]
    assert query("select count(*) from raw.decision") == [(1,)]
