"""Folders of VITRINA_HOME and the Dagster instance inside it."""

import json
import os
from pathlib import Path

from foundation.settings import Settings
from foundation.sources import ROOT
from orchestration.postgres import POSTGRES_VARIABLE, complete_address, history_in_postgres

ADDRESS = f"{{postgres_url: {{env: {POSTGRES_VARIABLE}}}}}"
POSTGRES_STORAGE = f"""
run_storage: {{module: orchestration.postgres_storage, class: OpenPostgresRuns, config: {ADDRESS}}}
event_log_storage: {{module: orchestration.postgres_storage, class: OpenPostgresEventLog, config: {ADDRESS}}}
schedule_storage: {{module: dagster_postgres, class: PostgresScheduleStorage, config: {ADDRESS}}}
"""
"""The name of the setting and not the address: the password stays out of the file and of every command line."""
SQLITE_STORAGE = """
event_log_storage:
  module: orchestration.event_log
  class: OpenEventLog
  config:
    base_dir: {folder}
"""
EVENTS_OF_A_BATCH = "1000"
"""What a run has planned is written at once; Dagster by itself writes event by event."""


def prepare_home(settings: Settings) -> None:
    """Make the folders of VITRINA_HOME, closed to others whatever the umask (design.md section 6)."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in (settings.landing, settings.releases, settings.reports, settings.dagster_home):
        folder.mkdir(mode=0o700, exist_ok=True)
    settings.archive.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.archive.chmod(0o700)


def prepare_dagster_home(settings: Settings) -> Path:
    """Put dagster.yaml of the project into DAGSTER_HOME and point this process to it.

    Storage is SQLite beside it, PostgreSQL when VITRINA_DAGSTER_POSTGRES_URL is set; raises UserError when that is no
    address.
    """
    prepare_home(settings)
    text = (ROOT / "dagster.yaml").read_text(encoding="utf-8")
    if history_in_postgres():
        complete_address()
        text += POSTGRES_STORAGE
    else:
        folder = json.dumps(str(settings.dagster_home / "history" / "runs"), ensure_ascii=False)
        text += SQLITE_STORAGE.format(folder=folder)
    target = settings.dagster_home / "dagster.yaml"
    if not target.is_file() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    os.environ["DAGSTER_EVENT_BATCH_SIZE"] = EVENTS_OF_A_BATCH
    os.environ["VITRINA_HOME"] = str(settings.home)
    os.environ["VITRINA_BUILD_FILE"] = str(settings.build_file)  # both read by dbt_project/profiles.yml
    os.environ["VITRINA_MEMORY_LIMIT"] = settings.memory_limit
    return settings.dagster_home
