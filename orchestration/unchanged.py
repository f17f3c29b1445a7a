"""A refresh with nothing to do: found out before Dagster, dbt and the readers of files are even imported."""

import duckdb

from foundation.program import program_version
from foundation.settings import Settings
from ingestion.receive.landing import landing_files
from orchestration.last_refresh import read_last_refresh
from publishing.build_state import build_state
from publishing.catalogue import current_release, is_linked
from publishing.manifest import Manifest
from publishing.revision import code_digest


def release_up_to_date(settings: Settings) -> Manifest | None:
    """The current release when a refresh would publish the same again, else None.

    The same are: the files (none lies in landing), the journal with its decisions, the code, and the day that counts
    as today, which overdue assignments and unfinished years depend on. A refresh that failed or warned is repeated,
    and so is one in which the program failed at a file that it may now be able to read,
    or since which `current` was lost.
    """
    current = current_release(settings)
    if not is_linked(settings):
        return None
    if current is None or current.build_state is None or landing_files(settings):
        return None
    last = read_last_refresh(settings)
    if last is None or last["release_id"] != current.release_id or last["warnings"]:
        return None
    if current.build_date != settings.day_of_build() or current.code_digest != code_digest():
        return None
    return current if _state_of_build(settings) == current.build_state else None


def _state_of_build(settings: Settings) -> str | None:
    """None also when the build is missing, of an earlier version, or in use: the refresh itself will tell."""
    if not settings.build_file.is_file():
        return None
    try:
        with duckdb.connect(str(settings.build_file), read_only=True, config=settings.duckdb_config) as build:
            return None if _may_be_read_now(settings, build) else build_state(build)
    except duckdb.Error:
        return None


def _may_be_read_now(settings: Settings, build: duckdb.DuckDBPyConnection) -> bool:
    """Whether a file waits at which another version of the program, or the same one within other bounds, failed."""
    failed = build.execute("select distinct program from journal.received where state = 'failed'").fetchall()
    return bool(failed) and failed != [(program_version(settings),)]
