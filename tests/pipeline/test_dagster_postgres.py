"""Dagster's history on a real PostgreSQL: nights, a server that goes away in the middle of one, what is removed."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from own_postgres import PASSWORD, OwnPostgres, running_postgres
from sqlalchemy import create_engine, text

from foundation.secret import create_secret
from foundation.settings import Settings
from orchestration import postgres, postgres_storage
from orchestration.instance import dagster_instance
from orchestration.postgres import POSTGRES_VARIABLE
from orchestration.retention import HistorySettings, keep_to_terms
from orchestration.run import RefreshResult, run_refresh
from publishing.catalogue import current_release

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
REGISTRY = ROOT / "samples" / "files" / "tula" / "registry_tula.tsv"
BUILD, PUBLISH = "Построение витрин", "Публикация выпуска"
AWAY_SECONDS = 4


@pytest.fixture(scope="module")
def server() -> Iterator[OwnPostgres]:
    with running_postgres() as found:
        yield found


@pytest.fixture(scope="module")
def first(server: OwnPostgres, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, list[str]]:
    """A home whose first night published, and every command that ran on the machine meanwhile."""
    settings = Settings(home=tmp_path_factory.mktemp("postgres") / "home")
    settings.landing.mkdir(parents=True)
    create_secret(settings)
    shutil.copy(REGISTRY, settings.landing)
    commands: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        set_environment(patch, server)
        result = run_refresh(settings, lambda _: commands.update(commands_running()))
    assert result.published, result.alert
    return settings, sorted(commands)


def set_environment(patch: pytest.MonkeyPatch, server: OwnPostgres) -> None:
    for name in ("DAGSTER_HOME", "VITRINA_HOME", "VITRINA_BUILD_FILE"):
        patch.setenv(name, "")  # given back afterwards
    patch.setenv("VITRINA_MEMORY_LIMIT", "2GB")
    patch.setenv(POSTGRES_VARIABLE, server.address())


@pytest.fixture
def home(first: tuple[Settings, list[str]], server: OwnPostgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The home after its first night, with a server that answers."""
    set_environment(monkeypatch, server)
    yield first[0]
    if not server.is_running:
        server.start()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting for a server that will not come."""
    monkeypatch.setattr(postgres, "SECONDS_TO_WAIT", 0)
    monkeypatch.setattr(postgres_storage, "ATTEMPTS", 1)


def commands_running() -> list[str]:
    return subprocess.run(["ps", "-ewwo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()


def stop_at(server: OwnPostgres, step: str) -> Callable[[str], None]:
    """Progress of a refresh that stops the server when a step begins, once."""

    def told(title: str) -> None:
        if title == step and server.is_running:
            server.stop()

    return told


def asked(server: OwnPostgres, question: str) -> int:
    engine = create_engine(server.address(scheme=postgres.DRIVER))
    with engine.connect() as connection:
        found = connection.execute(text(question)).scalar_one()
    engine.dispose()
    return int(found)


def night(settings: Settings, told: Callable[[str], None] | None = None) -> RefreshResult:
    return run_refresh(settings, told, full=True)


def test_a_plain_address_is_enough(first: tuple[Settings, list[str]], server: OwnPostgres) -> None:
    """Guards against the address of the guide, with which SQLAlchemy looks for a driver nobody has installed, and
    against a setting that leaves the history in files.
    """
    settings, _ = first
    assert not list((settings.home / "dagster").rglob("*.db"))
    assert asked(server, "select count(*) from runs where status = 'SUCCESS'") == 1
    assert asked(server, "select count(distinct asset_key) from event_logs where asset_key is not null") > 50


def test_the_password_stands_nowhere(first: tuple[Settings, list[str]]) -> None:
    """Guards against a password in dagster.yaml, in a log, in a protocol or in the list of processes."""
    settings, commands = first
    assert any("ingestion.read.bounded" in command for command in commands), "the night was not watched"
    assert not [command for command in commands if PASSWORD in command]
    files = [path for path in settings.home.rglob("*") if path.is_file() and not path.is_symlink()]
    assert settings.dagster_home / "dagster.yaml" in files
    assert [path for path in files if PASSWORD.encode() in path.read_bytes()] == []


def test_status_and_the_next_night(
    home: Settings, vitrina: Callable[..., subprocess.CompletedProcess[str]], server: OwnPostgres
) -> None:
    """Guards against a second night that cannot open what the first has made."""
    before = asked(server, "select count(*) from runs")
    result = night(home)
    assert result.published, result.alert
    assert asked(server, "select count(*) from runs") == before + 1
    said = json.loads(vitrina(home.home, "status", "--json").stdout)
    assert said["release_id"] == result.release_id


def test_old_runs_go_with_their_events(home: Settings, server: OwnPostgres) -> None:
    """Guards against a server that keeps for ever what SQLite gives up after its term."""
    assert night(home).published
    with dagster_instance(home) as instance:
        keep_to_terms(home, instance, HistorySettings(runs_kept=1))
    assert asked(server, "select count(*) from runs") == 1
    left = "select count(distinct run_id) from event_logs"
    assert asked(server, left) == 1


def test_a_restart_of_the_server_is_waited_for(home: Settings, server: OwnPostgres) -> None:
    """Guards against a night lost to a server that was updated: Dagster waits six seconds, then fails the run."""
    timers: list[threading.Timer] = []

    def told(title: str) -> None:
        if title == BUILD and not timers:
            server.stop()
            timers.append(threading.Timer(AWAY_SECONDS, server.start))
            timers[0].start()

    result = night(home, told)
    timers[0].join()
    assert result.published, result.alert
    assert list(result.warnings) == []


@pytest.mark.usefixtures("impatient")
def test_a_night_without_the_server_says_so_and_the_next_one_publishes(home: Settings, server: OwnPostgres) -> None:
    """Guards against a trace instead of a sentence, against the password in it, and against a night that stays lost."""
    standing = current_release(home)
    assert standing is not None
    server.stop()
    result = night(home)
    assert not result.published
    assert result.first_cause is not None
    assert result.first_cause.startswith("PostgreSQL с историей Dagster не отвечает")
    assert f"127.0.0.1:{server.port}/postgres" in result.first_cause
    assert PASSWORD not in (home.reports / "refresh.log").read_text(encoding="utf-8")
    after = current_release(home)
    assert after is not None
    assert after.release_id == standing.release_id
    server.start()
    assert night(home).published


@pytest.mark.usefixtures("impatient")
def test_a_server_that_goes_for_good_ends_the_night_in_words(home: Settings, server: OwnPostgres) -> None:
    """Guards against an outcome nobody is alerted of: no step has failed, and nothing is published."""
    result = night(home, stop_at(server, BUILD))
    assert not result.published
    assert result.first_cause is not None
    assert "PostgreSQL с историей Dagster" in result.first_cause
    server.start()
    assert night(home).published
    with dagster_instance(home) as instance:
        assert [str(run.status.value) for run in instance.get_runs()][:2] == ["SUCCESS", "FAILURE"], "no run goes on"


def test_a_night_cut_short_by_the_server_is_tried_again(
    home: Settings, server: OwnPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a night that waits for the next one though the server is back: one attempt more, not many."""
    monkeypatch.setattr(postgres_storage, "ATTEMPTS", 1)
    starts: list[str] = []

    def told(title: str) -> None:
        if title == "Запуск Dagster":
            starts.append(title)
            if not server.is_running:
                server.start()
        if title == BUILD and len(starts) == 1:
            server.stop()

    result = night(home, told)
    assert result.published, result.alert
    assert len(starts) == 2


@pytest.mark.usefixtures("impatient")
def test_a_release_is_published_though_the_server_goes_right_after(home: Settings, server: OwnPostgres) -> None:
    """Guards against an alert «не опубликован» about a release that readers already see."""
    result = night(home, stop_at(server, PUBLISH))
    assert result.published, result.alert
    standing = current_release(home)
    assert standing is not None
    assert standing.release_id == result.release_id
    assert any("PostgreSQL" in warning for warning in result.warnings)
    server.start()
    assert night(home).published


def test_environment_of_the_tests_is_given_back() -> None:
    """Guards against later tests that write into a server that is gone."""
    assert POSTGRES_VARIABLE not in os.environ
