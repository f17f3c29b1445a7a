"""How Superset opens the release."""

import json
from pathlib import Path

import duckdb
import yaml

from bi.bundle import DATABASE_FILE, files
from bi.settings import SupersetSettings


def test_the_database_opens_and_writes_beside_no_release(tmp_path: Path) -> None:
    """Guards against settings that DuckDB refuses in the order they stand in, and temporary files in a release."""
    release = tmp_path / "releases" / "one"
    release.mkdir(parents=True)
    duckdb.connect(str(release / "warehouse.duckdb")).close()
    (tmp_path / "current").symlink_to(release)
    warehouse = tmp_path / "current" / "warehouse.duckdb"
    database = files(warehouse, SupersetSettings())[f"databases/{DATABASE_FILE}.yaml"]
    stored = json.loads(json.dumps(yaml.safe_load(yaml.safe_dump(database, sort_keys=False))))  # as Superset keeps it
    arguments = stored["extra"]["engine_params"]["connect_args"]
    with duckdb.connect(str(warehouse.resolve()), **arguments) as connection:
        found = connection.execute("select current_setting('temp_directory')").fetchone()
    assert found == (str(tmp_path / ".temporary"),)
