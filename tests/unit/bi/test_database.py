"""How Superset opens the release."""

import json
import os
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from sqlalchemy.engine import make_url

from bi.bundle import DATABASE_FILE, files
from bi.settings import SupersetSettings
from bi.superset.release_connection import open_release

TAKES_ROOM = "select max(text) from (select md5(range::text) as text from range(3000000) order by 1 offset 1)"


def opened(home: Path) -> tuple[Path, dict[str, Any]]:
    """A published file through `current`, and what Superset stores of how to open it."""
    release = home / "releases" / "20261123T020000Z-1a2b"
    release.mkdir(parents=True)
    duckdb.connect(str(release / "warehouse.duckdb")).close()
    (home / "current").symlink_to(release)
    warehouse = home / "current" / "warehouse.duckdb"
    database = files(warehouse, SupersetSettings(disk_limit="20MB", memory_limit="100MB"))
    text = yaml.safe_dump(database[f"databases/{DATABASE_FILE}.yaml"], sort_keys=False)
    stored = json.loads(json.dumps(yaml.safe_load(text)))  # as Superset keeps it
    uri, params = open_release(make_url(stored["sqlalchemy_uri"]), stored["extra"]["engine_params"])
    return Path(uri.database), params


def connect(path: Path, params: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(path), **params["connect_args"])
    for act, event in params["pool_events"]:
        assert event == "connect"
        act(connection, None)
    return connection


def setting(connection: duckdb.DuckDBPyConnection, name: str) -> object:
    found = connection.execute(f"select current_setting('{name}')").fetchone()
    assert found is not None
    return found[0]


def test_the_database_opens_and_writes_beside_no_release(tmp_path: Path) -> None:
    """Guards against settings that DuckDB refuses in the order they stand in, and temporary files in a release."""
    path, params = opened(tmp_path)
    assert path == tmp_path / "releases" / "20261123T020000Z-1a2b" / "warehouse.duckdb"
    with connect(path, params) as connection:
        found = setting(connection, "temp_directory")
    assert found == str(tmp_path / ".temporary" / f"{os.getpid()}-20261123T020000Z-1a2b"), "shared by processes"


def test_the_disk_limit_holds_and_stays(tmp_path: Path) -> None:
    """Guards against a limit that is shown and not held, one a query can lift, and a second connection refused."""
    path, params = opened(tmp_path)
    with connect(path, params) as first, connect(path, params) as connection:
        assert setting(first, "lock_configuration") is True
        with pytest.raises(duckdb.InvalidInputException):
            connection.execute("set max_temp_directory_size = '100GB'")
        with pytest.raises(duckdb.OutOfMemoryException):
            connection.execute(TAKES_ROOM).fetchall()


def test_other_databases_are_opened_as_they_are() -> None:
    """Guards against settings of the release given to a PostgreSQL that an analyst added."""
    uri = make_url("postgresql+psycopg2://somebody@localhost/other")
    assert open_release(uri, {"connect_args": {"connect_timeout": 3}}) == (
        uri,
        {"connect_args": {"connect_timeout": 3}},
    )
