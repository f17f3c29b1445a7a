"""Folders of VITRINA_HOME and the Dagster instance inside it."""

import json
import os
from pathlib import Path

from foundation.settings import Settings
from foundation.sources import ROOT

POSTGRES_VARIABLE = "VITRINA_DAGSTER_POSTGRES_URL"
POSTGRES_STORAGE = f"""
storage:
  postgres:
    postgres_url:
      env: {POSTGRES_VARIABLE}
"""
SQLITE_STORAGE = """
event_log_storage:
  module: orchestration.event_log
  class: OpenEventLog
  config:
    base_dir: {folder}
"""


def prepare_home(settings: Settings) -> None:
    """Make the folders of VITRINA_HOME, closed to others whatever the umask (design.md section 6)."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in (settings.landing, settings.releases, settings.reports, settings.dagster_home):
        folder.mkdir(mode=0o700, exist_ok=True)
    settings.archive.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.archive.chmod(0o700)


def prepare_dagster_home(settings: Settings) -> Path:
    """Put dagster.yaml of the project into DAGSTER_HOME and point this process to it.

    Storage is SQLite beside it, PostgreSQL when VITRINA_DAGSTER_POSTGRES_URL is set (needs dagster-postgres).
    """
    prepare_home(settings)
    text = (ROOT / "dagster.yaml").read_text(encoding="utf-8")
    if os.environ.get(POSTGRES_VARIABLE):
        text += POSTGRES_STORAGE
    else:
        folder = json.dumps(str(settings.dagster_home / "history" / "runs"), ensure_ascii=False)
        text += SQLITE_STORAGE.format(folder=folder)
    target = settings.dagster_home / "dagster.yaml"
    if not target.is_file() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    os.environ["VITRINA_HOME"] = str(settings.home)
    os.environ["VITRINA_BUILD_FILE"] = str(settings.build_file)  # both read by dbt_project/profiles.yml
    os.environ["VITRINA_MEMORY_LIMIT"] = settings.memory_limit
    return settings.dagster_home
