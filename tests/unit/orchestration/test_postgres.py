"""The setting that puts Dagster's history on a server, before any server is asked."""

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from foundation.settings import Settings
from ingestion.errors import UserError
from orchestration import postgres
from orchestration.failures import describe_failure
from orchestration.home import prepare_dagster_home
from orchestration.postgres import POSTGRES_VARIABLE, complete_address, history_beside_the_data

PASSWORD = "Parol-Servera-2027"
GOOD = f"postgresql://vitrina:{PASSWORD}@server:5433/dagster"
WHOLE = f"postgresql+psycopg2://vitrina:{PASSWORD}@server:5433/dagster"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given back after what sets it."""
    for name in ("DAGSTER_HOME", "VITRINA_HOME", "VITRINA_BUILD_FILE"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.setenv("VITRINA_MEMORY_LIMIT", "2GB")


@pytest.mark.parametrize("given", [GOOD, WHOLE, GOOD.replace("postgresql:", "postgres:")])
def test_the_driver_is_named(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against «No module named psycopg» for the address every guide gives."""
    monkeypatch.setenv(POSTGRES_VARIABLE, given)
    complete_address()
    complete_address()
    assert os.environ[POSTGRES_VARIABLE] == WHOLE


def test_a_password_in_codes_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a password decoded on the way, with which nobody is let in."""
    monkeypatch.setenv(POSTGRES_VARIABLE, "postgresql://vitrina:a%40b%2Fc@server/dagster")
    complete_address()
    assert os.environ[POSTGRES_VARIABLE] == "postgresql+psycopg2://vitrina:a%40b%2Fc@server/dagster"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (f"mysql://vitrina:{PASSWORD}@server/dagster", "начинается с «mysql»"),
        (f"vitrina:{PASSWORD}@server/dagster", "не разбирается"),
        (f"postgresql://vitrina:{PASSWORD}@/dagster", "нет сервера"),
        (f"postgresql://vitrina:{PASSWORD}@server", "нет базы"),
        (f"postgresql://vitrina:{PASSWORD}@{PASSWORD}@server/dagster", "%40"),
        (f"postgresql://vitrina:{PASSWORD}@server:port/dagster", "не разбирается"),
    ],
)
def test_what_is_no_address_is_refused_without_its_password(
    given: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against half a password in «could not translate host name» and against a setting nobody understands."""
    monkeypatch.setenv(POSTGRES_VARIABLE, given)
    with pytest.raises(UserError) as refused:
        complete_address()
    text = describe_failure(refused.value)
    assert said in text
    assert POSTGRES_VARIABLE in text
    assert PASSWORD not in text


@pytest.mark.parametrize("missing", ["dagster_postgres", "psycopg2"])
def test_an_environment_without_the_package_names_the_command(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a region that must guess what to install."""
    monkeypatch.setenv(POSTGRES_VARIABLE, GOOD)
    monkeypatch.setattr(postgres, "find_spec", lambda name: None if name == missing else SimpleNamespace())
    with pytest.raises(UserError, match="make bootstrap"):
        complete_address()


def test_dagster_yaml_holds_the_name_of_the_setting(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a password in a file that is copied with the home, and against history left in SQLite."""
    monkeypatch.setenv(POSTGRES_VARIABLE, GOOD)
    written = (prepare_dagster_home(settings) / "dagster.yaml").read_text(encoding="utf-8")
    assert PASSWORD not in written
    content: dict[str, Any] = yaml.safe_load(written)
    storages = ("run_storage", "event_log_storage", "schedule_storage")
    assert {content[name]["config"]["postgres_url"]["env"] for name in storages} == {POSTGRES_VARIABLE}
    monkeypatch.delenv(POSTGRES_VARIABLE)
    content = yaml.safe_load((prepare_dagster_home(settings) / "dagster.yaml").read_text(encoding="utf-8"))
    assert POSTGRES_VARIABLE not in json.dumps(content)


def test_a_home_for_a_while_leaves_the_server_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Guards against an old release built anew that declares the night of the real home dead: one server, two homes."""
    monkeypatch.setenv(POSTGRES_VARIABLE, GOOD)
    with history_beside_the_data():
        written = (prepare_dagster_home(Settings(home=tmp_path / "beside")) / "dagster.yaml").read_text("utf-8")
        assert POSTGRES_VARIABLE not in json.dumps(yaml.safe_load(written))
    assert os.environ[POSTGRES_VARIABLE] == GOOD
