"""When a build is put right, and when it is left alone; with small builds, no models."""

import pytest

from foundation.settings import Settings
from ingestion.store.receipts import now
from ingestion.store.since import PastDecision, Step, note_step
from ingestion.store.tables import build_connection, prepare_build
from orchestration import healing
from orchestration.checkpoint import take_checkpoint
from orchestration.healing import Healed, give_up, heal


def quiet(_: str) -> None:
    return


@pytest.fixture
def home(settings: Settings) -> Settings:
    """A home with a build, which knows one load, and its copy."""
    prepare_build(settings)
    with build_connection(settings) as connection:
        connection.execute("insert into journal.load (load_sequence, file_sha256, outcome) values (1, 'a', 'loaded')")
    take_checkpoint(settings)
    return settings


def loads(settings: Settings) -> int:
    with build_connection(settings) as connection:
        return int(connection.execute("select count(*) from journal.load").fetchall()[0][0])


@pytest.mark.parametrize("after_a_good_night", [True, False])
def test_a_sound_build_is_left_alone(home: Settings, after_a_good_night: bool) -> None:
    """Guards against work that is thrown away because the night before failed."""
    with build_connection(home) as connection:
        connection.execute("insert into journal.load (load_sequence) values (2)")
    assert heal(home, quiet, after_a_good_night=after_a_good_night) == Healed()
    assert loads(home) == 2


def test_a_home_that_published_before_any_file_came_is_left_alone(settings: Settings) -> None:
    """Guards against a new installation that restores its empty build every night until the first file comes."""
    prepare_build(settings)
    take_checkpoint(settings)
    assert heal(settings, quiet, after_a_good_night=True) == Healed()
    assert heal(settings, quiet, after_a_good_night=False) == Healed()


def test_another_database_in_its_place_is_found_after_a_bad_night_too(home: Settings) -> None:
    """Guards against a file that reads well to its last byte and is not the build."""
    home.build_file.unlink()
    with build_connection(home) as connection:
        connection.execute("create table something_else (id bigint)")
    healed = heal(home, quiet, after_a_good_night=False)
    assert "в нём нет журнала" in healed.notes[0]
    assert loads(home) == 1


def test_a_damaged_copy_replaces_nothing(home: Settings) -> None:
    """Guards against a good build overwritten with a copy that has rotted meanwhile."""
    give_up(home)
    (home.checkpoint / home.build_file.name).write_bytes(b"not a database")
    with build_connection(home) as connection:
        connection.execute("insert into journal.load (load_sequence) values (2)")
    assert heal(home, quiet, after_a_good_night=False) == Healed()
    assert loads(home) == 2


def test_a_decision_that_cannot_be_repeated_is_told_and_stops_no_night(home: Settings) -> None:
    """Guards against a home that never publishes again because the rules changed between a decision and the damage."""
    note_step(
        home, Step(PastDecision(now(), "b" * 64, "лист", 3, "connectivity", "СОШ", "5720010403"), is_undoing=False)
    )
    home.build_file.unlink()
    restored, repeated = heal(home, quiet, after_a_good_night=True).notes
    assert "восстановлен из копии" in restored
    assert "строка 3 листа «лист»" in repeated
    assert loads(home) == 1


def test_nothing_is_restored_from_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a first night that looks for a build it never had."""
    monkeypatch.setattr(healing, "fault_of", lambda _: pytest.fail("nothing to read"))
    assert heal(settings, quiet, after_a_good_night=True) == Healed()
    assert not settings.build_file.exists()


def test_a_former_copy_counts_when_its_successor_was_cut_short(home: Settings) -> None:
    """Guards against a kill between taking the former copy away and putting the new one in its place."""
    home.checkpoint.rename(home.home / ".checkpoint.former")
    home.build_file.unlink()
    assert "восстановлен из копии" in heal(home, quiet, after_a_good_night=True).notes[0]
