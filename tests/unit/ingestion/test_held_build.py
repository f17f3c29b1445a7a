"""The build file stays open while files are loaded kind after kind, and no longer."""

import subprocess
import sys

from foundation.settings import Settings
from ingestion.store.tables import build_connection, hold_build_open, let_build_go, prepare_build

OPEN_IT = "import duckdb, sys; duckdb.connect(sys.argv[1], read_only=True)"


def may_another_process_read(settings: Settings) -> bool:
    done = subprocess.run([sys.executable, "-c", OPEN_IT, settings.build_file], check=False, capture_output=True)
    return done.returncode == 0


def test_what_is_held_can_be_used_here_and_by_others_once_let_go(settings: Settings) -> None:
    """Guards against a build file still open when dbt's process comes to it: no release that night."""
    prepare_build(settings)
    hold_build_open(settings)
    try:
        with build_connection(settings) as connection:
            connection.execute("insert into journal.ignored values ('a', 'b', 'c', 1)")
        assert not may_another_process_read(settings)
    finally:
        let_build_go()
    assert may_another_process_read(settings)
    with build_connection(settings, read_only=True) as connection:
        assert connection.execute("select rows from journal.ignored").fetchall() == [(1,)]


def test_letting_go_of_nothing_is_no_error() -> None:
    """Guards against a failed refresh whose end hides its first cause behind another error."""
    let_build_go()
    let_build_go()
