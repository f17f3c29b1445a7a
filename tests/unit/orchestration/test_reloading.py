"""What a run asks to be read again by its tags, what is told of it, and what a failed night does with it."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from foundation.settings import Settings
from ingestion.errors import UserError
from ingestion.report.file_report import FileReport
from ingestion.store.receipts import now
from ingestion.store.reload import ReloadRequest
from ingestion.store.since import note_reload, since_the_copy
from ingestion.store.tables import build_connection, prepare_build
from orchestration.audit.journal import journal_path
from orchestration.checkpoint import take_checkpoint
from orchestration.healing import has_more_to_do, heal
from orchestration.record import RefreshRecord
from orchestration.reloading import KIND_TAG, SINCE_TAG, begin_reload, outcome_of, request_of, tags_of

COUNTS = {"rows_accepted": 9, "rows_rejected": 1, "rows_held": 0, "rows_ignored": 0}
SAME = FileReport("a.csv", "a", "headcount", "Контингент", None, None, "unchanged", former=COUNTS, **COUNTS)  # type: ignore[arg-type]
OTHER = replace(SAME, outcome="loaded", rows_accepted=10, rows_rejected=0, rows_new=1)
KEPT = replace(SAME, kept=True)


@pytest.fixture
def loaded(settings: Settings) -> Settings:
    """A home with a build that knows one loaded file, and its copy."""
    prepare_build(settings)
    with build_connection(settings) as connection:
        moment = now()
        connection.execute(
            "insert into journal.load (load_sequence, file_sha256, kind, outcome, period_start, period_end)"
            " values (1, 'a', 'headcount', 'loaded', '2024-12-01', '2024-12-01')"
        )
        connection.execute(
            "insert into journal.received (file_sha256, original_name, received_at, declared, kind, state)"
            " values ('a', 'a.csv', ?, '{}', 'headcount', 'done')",
            [moment],
        )
    take_checkpoint(settings)
    return settings


def states(settings: Settings) -> list[Any]:
    with build_connection(settings) as connection:
        return connection.execute("select state from journal.received").fetchall()


@pytest.mark.parametrize(
    "request_",
    [ReloadRequest("staff"), ReloadRequest("headcount", date(2024, 1, 1)),
     ReloadRequest("headcount", date(2024, 1, 1), date(2024, 12, 31))],
)  # fmt: skip
def test_tags_say_what_was_asked(request_: ReloadRequest, settings: Settings) -> None:
    """Guards against a bound lost between the command, the run, and the notes beside the copy of the build."""
    assert request_of(tags_of(request_)) == request_
    settings.checkpoint.mkdir(parents=True)
    note_reload(settings, request_)
    assert list(since_the_copy(settings)) == [request_]


def test_a_run_without_the_tag_reads_nothing_again() -> None:
    """Guards against every night reading the whole archive."""
    assert request_of({"vitrina/full": "true"}) is None


@pytest.mark.parametrize(
    ("tags", "said"),
    [({KIND_TAG: "heads"}, "Вида «heads» нет. Виды: .*headcount"),
     ({KIND_TAG: "headcount", SINCE_TAG: "зимой"}, "reload_since: «зимой» не дата")],
)  # fmt: skip
def test_tags_typed_on_a_page_of_dagster_are_judged(tags: dict[str, str], said: str) -> None:
    """Guards against a mistyped tag after which a night publishes and nothing was read again."""
    with pytest.raises(UserError, match=said):
        request_of(tags)


def test_files_wait_and_the_act_is_journaled(loaded: Settings) -> None:
    """Guards against figures that change with nobody having asked for it."""
    begin_reload(loaded, {KIND_TAG: "headcount", SINCE_TAG: "2024-12-01"}, RefreshRecord(loaded))
    assert states(loaded) == [("waiting",)]
    (act,) = map(json.loads, journal_path(loaded).read_text(encoding="utf-8").splitlines())
    assert act["action"] == "reload"
    assert act["details"] == {"kind": "headcount", "since": "2024-12-01", "until": None, "files": 1}


def test_nothing_to_read_again_is_told(loaded: Settings) -> None:
    """Guards against silence where a period has no files, and against an act that was none."""
    record = RefreshRecord(loaded)
    begin_reload(loaded, {KIND_TAG: "headcount", SINCE_TAG: "2025-01-01"}, record)
    assert states(loaded) == [("done",)]
    assert record.notes == ["Перечитывать нечего: загруженных файлов вида headcount за этот период нет."]
    assert not journal_path(loaded).exists()


def test_what_came_of_it_is_told_in_a_sentence() -> None:
    """Guards against a hundred lines in which nobody finds the file that changed."""
    assert outcome_of([replace(SAME, former=None)]) == []
    assert outcome_of([SAME]) == ["Перечитано из архива: 1 файл; изменений нет."]
    read, kept = outcome_of([SAME, OTHER, KEPT])
    assert read == (
        "Перечитано из архива: 2 файла; отличаются от загруженных прежде 1, записей другими стали 1, строк принято 10 "
        "(было 9), отклонено 0 (было 1)."
    )
    assert kept.startswith("1 файл не перечитан: загруженное из них прежде остаётся")


def test_a_reading_with_which_no_release_is_made_is_given_up(loaded: Settings) -> None:
    """Guards against every following night failing for a map that was mended wrongly."""
    begin_reload(loaded, {KIND_TAG: "headcount"}, RefreshRecord(loaded))
    with build_connection(loaded) as connection:
        connection.execute("update journal.load set rows_accepted = 99")
    assert has_more_to_do(loaded, "проверка не пройдена")
    healed = heal(loaded, lambda _: None, after_a_good_night=False)
    assert states(loaded) == [("done",)]
    with build_connection(loaded) as connection:
        assert connection.execute("select rows_accepted from journal.load").fetchall() == [(None,)]
    assert "с перечитанными выпуск не опубликован" in " ".join(healed.notes)


def test_a_build_lost_meanwhile_is_restored_and_read_again(loaded: Settings) -> None:
    """Guards against a request that is forgotten with the build."""
    begin_reload(loaded, {KIND_TAG: "headcount"}, RefreshRecord(loaded))
    loaded.build_file.unlink()
    healed = heal(loaded, lambda _: None, after_a_good_night=False)
    assert "восстановлен из копии" in healed.notes[0]
    assert states(loaded) == [("waiting",)]
