"""Who decided, forgot, purged, backed up, restored: each command leaves its line, and none of people."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings, get_settings
from ingestion.pipeline import load_kind, receive
from ingestion.receive.landing import add_files
from ingestion.store.tables import build_connection
from orchestration.audit.journal import Act, check_journal, journal_path
from orchestration.record import RefreshRecord
from orchestration.verification import verify

Run = Callable[..., tuple[int, str, str]]
SCHOOL = "2447000029"


def acts(settings: Settings) -> list[dict[str, Any]]:
    lines = journal_path(settings).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def told(settings: Settings) -> list[tuple[str, str | None]]:
    return [(act["action"], act["by"]) for act in acts(settings)]


@pytest.fixture
def asked(school: Settings, write_csv: Callable[..., Path]) -> Settings:
    """Two questions of a headcount."""
    rows = [["01.12.2024", name, "Енисейский район", "1"] for name in ("Ясная", "Школа тёмная")]
    header = ["Дата", "Организация", "Муниципалитет", "Обучающихся"]
    add_files(school, [write_csv("h.csv", [header, *rows])], {})
    with build_connection(school):
        receive(school)
        load_kind(school, "headcount")
    return school


def test_decisions_are_told_with_who_made_them(
    asked: Settings, run: Run, write_csv: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a decision of which the journal does not know, whichever of the ways it was made by."""
    monkeypatch.setattr("getpass.getuser", lambda: "steward")
    assert run("match", "accept", "1", "--organisation", SCHOOL, "--by", "editor")[0] == 0
    assert run("match", "undo", "1")[0] == 0
    assert run("match", "reject", "2")[0] == 0
    answers = write_csv("answers.csv", [["№", "ИНН"], ["1", SCHOOL]])
    assert run("match", "accept", "--from", str(answers))[0] == 0
    assert told(asked) == [
        ("match_accept", "editor"),
        ("match_undo", "steward"),
        ("match_reject", "steward"),
        ("match_answer", "steward"),
    ]
    first, *_, last = acts(asked)
    assert first["details"]["organisation"] == SCHOOL
    assert last["details"] == {"held_id": "1", "rows_loaded": 1, "rows_rejected": 0}
    before = journal_path(asked).read_bytes()
    assert run("match", "accept", "77", "--organisation", SCHOOL)[0] == 2
    assert journal_path(asked).read_bytes() == before, "nothing was decided"


def test_forgetting_names_nobody(school: Settings, run: Run, anna: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a journal kept for good that says who was forgotten, or in which file they were."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{anna}\n"))
    assert run("forget", "--yes")[0] == 0
    (act,) = acts(school)
    assert (act["action"], act["details"]) == ("forget", {"rows": 2, "files": 2})


def test_purging_is_told_in_counts(school: Settings, run: Run) -> None:
    """Guards against source files that are gone and nobody knows by whom; a look removes nothing and tells nothing."""
    size = sum(path.stat().st_size for path in school.archive.rglob("*") if path.is_file())
    assert run("purge", "--older-than", "0d", "--dry-run")[0] == 0
    assert not journal_path(school).exists()
    assert run("purge", "--older-than", "0d", "--yes")[0] == 0
    (act,) = acts(school)
    assert (act["action"], act["details"]["files"]) == ("purge", 3)
    assert 0 < act["details"]["bytes"] <= size


def test_a_copy_has_the_journal_and_a_restored_home_goes_on(
    school: Settings, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a restored home whose past acts are lost, or whose chain begins anew."""
    assert run("purge", "--older-than", "0d", "--yes")[0] == 0
    copy = tmp_path / "copy.tar.gz"
    assert run("backup", str(copy))[0] == 0
    assert [action for action, _ in told(school)] == ["purge", "backup"]
    place = school.model_copy(update={"home": tmp_path / "place"})
    monkeypatch.setenv("VITRINA_HOME", str(place.home))
    get_settings.cache_clear()
    place.home.mkdir()
    school.secret_file.rename(place.secret_file)
    assert run("restore", str(copy))[0] == 0
    assert [action for action, _ in told(place)] == ["purge", "restore"]
    assert acts(place)[1]["details"]["file"] == "copy.tar.gz"
    assert check_journal(place).fault is None


def test_a_new_secret_is_told_once(settings: Settings, run: Run) -> None:
    """Guards against a key of pseudonyms replaced by nobody; the key itself stands nowhere else."""
    secret = settings.secret_file.read_text(encoding="utf-8").strip()
    assert run("init")[0] == 0
    assert not journal_path(settings).exists(), "it was there"
    settings.secret_file.unlink()
    assert run("init")[0] == 0
    assert [action for action, _ in told(settings)] == ["create_secret"]
    assert secret not in journal_path(settings).read_text(encoding="utf-8")


def test_verify_finds_a_changed_act(school: Settings, run: Run) -> None:
    """Guards against a chain that nobody checks."""
    for _ in range(2):
        assert run("backup", str(school.home.parent / f"{len(list(school.home.parent.iterdir()))}.tar.gz"))[0] == 0
    code, out, _ = run("verify")
    assert code == 0
    assert f"Журнал действий: 2 строки, отпечаток последней {check_journal(school).head[:16]}." in out
    with journal_path(school).open("ab") as stream:
        stream.write(b'{"at":')
    code, out, _ = run("verify")
    assert code == 0, "a line cut short by a kill is no fault"
    assert "строка 3 оборвана" in out
    path = journal_path(school)
    path.write_bytes(path.read_bytes().replace(b'"by":"', b'"by":"not-', 1))
    code, _, err = run("verify")
    assert code == 1
    assert "строка 2 не продолжает строку 1" in err
    assert not verify(school).is_whole


def test_an_act_that_cannot_be_written_is_said(school: Settings, run: Run) -> None:
    """Guards against a full disk that hides who purged the archive, and against calling the purge itself undone."""
    journal_path(school).mkdir()
    code, out, err = run("purge", "--older-than", "0d", "--yes")
    assert code == 0
    assert "Удалено из архива: 3 файла" in out
    assert "в журнал действий не записано" in err


def test_an_act_that_cannot_be_written_stops_no_night(settings: Settings) -> None:
    """Guards against a release called failed because of its line in a journal."""
    journal_path(settings).mkdir()
    record = RefreshRecord(settings)
    record.published = True
    record.journal(Act("publish", {"release_id": "x"}))
    record.finish()
    assert record.outcome == "published"
    assert "в журнал действий не записано (publish)" in record.warnings[0]
