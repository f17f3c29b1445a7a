"""The dbt project: its manifest prepared beforehand, its environment, the names of its tables as assets of Dagster."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

from foundation.private_file import write_private
from foundation.settings import Settings
from foundation.sources import ROOT, digest_of, source_files
from foundation.whole_file import written_whole
from publishing.catalogue import current_release
from publishing.errors import PublishingError
from publishing.revision import code_digest

PROJECT_DIR = ROOT / "dbt_project"
DBT = Path(sys.executable).parent / "dbt"
PARSED = "partial_parse.msgpack"


class DbtError(PublishingError):
    """dbt could not parse or build the project."""


def dbt_environment(settings: Settings) -> dict[str, str]:
    """Environment of a dbt child process: which build file, no statistics sent."""
    return {
        **os.environ,
        "VITRINA_BUILD_FILE": str(settings.build_file),
        "VITRINA_MEMORY_LIMIT": settings.memory_limit,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_PROFILES_DIR": str(PROJECT_DIR),
        "DBT_LOG_PATH": str(settings.home / "dbt" / "logs"),
    }


def prepare_manifest(settings: Settings) -> Path:
    """The path of dbt's manifest; parses the project in a child process when it is not the manifest of these sources.

    Their content decides and not their time: an upgrade may bring files that are older than the manifest.
    """
    target = settings.home / "dbt" / "parse"
    manifest = settings.home / "dbt" / "manifest.json"
    sources = source_files(ROOT, (PROJECT_DIR.name,))
    if not sources:
        raise DbtError(f"Нет проекта dbt в {PROJECT_DIR}: установка неполна.")
    digest = digest_of(sources, ROOT, also=(version("dbt-core"), version("dbt-duckdb")))
    parsed_from = manifest.with_suffix(".sha256")
    if manifest.is_file() and parsed_from.is_file() and parsed_from.read_text(encoding="utf-8") == digest:
        return manifest
    target.mkdir(parents=True, exist_ok=True)
    # Whole, whatever was parsed before: parsing in part misses a ref new in a macro that only other macros call.
    (target / PARSED).unlink(missing_ok=True)
    arguments = ["--project-dir", str(PROJECT_DIR), "--target-path", str(target)]
    done = subprocess.run(
        [str(DBT), "--quiet", "parse", *arguments],
        env=dbt_environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DbtError(f"Проект dbt не разобран: {_last_lines(done.stdout + done.stderr)}")
    build = build_folder(settings)
    build.mkdir(parents=True, exist_ok=True)
    # Spares the next build its own parsing of the whole project, six seconds of processor time.
    _put_in_place(target / PARSED, build / PARSED)
    _put_in_place(target / manifest.name, manifest)
    write_private(parsed_from, digest)
    return manifest


def _put_in_place(made: Path, place: Path) -> None:
    """Copy a file whole: half a manifest, left by a killed process, would look fresh for ever."""
    with written_whole(place) as partial:
        shutil.copyfile(made, partial)


def build_folder(settings: Settings) -> Path:
    """Where `dbt build` keeps what it knows of the project from one refresh to the next."""
    return settings.home / "dbt" / "build"


def built_by_other_code(settings: Settings) -> bool:
    """Whether what dbt left to stand may be of another shape than its models now make, so that all has to be anew."""
    current = current_release(settings)
    return current is None or current.code_digest != code_digest()


def _last_lines(text: str) -> str:
    return " ".join(line.strip() for line in text.strip().splitlines()[-4:])


def build_parameters(release_id: str, build_date: date, timezone: str) -> dict[str, str]:
    """What a refresh tells its build: its release, the day that counts as today, the code that decides, the time zone
    by which a file came in time or late (macro `build_parameter`).
    """
    return {
        "RELEASE_ID": release_id,
        "AS_OF_DATE": build_date.isoformat(),
        "CODE_DIGEST": code_digest(),
        "TIMEZONE": timezone,
    }


@contextmanager
def told_to_dbt(parameters: Mapping[str, str]) -> Iterator[None]:
    """The parameters in the environment of this process, where the macro finds them."""
    given = {f"VITRINA_{name}": value for name, value in parameters.items()}
    former = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def project_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 over what dbt's manifest says of the code: the text of every model, test and macro, no times or paths."""
    parts = {key: macro["macro_sql"] for key, macro in content["macros"].items()}
    for key, node in content["nodes"].items():
        parts[key] = [node.get("raw_code"), node["checksum"]["checksum"], node["config"].get("materialized")]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def asset_names() -> DagsterDbtTranslator:
    """Keys and groups of assets as the dbt project's own metadata names them; several tables may be of one asset."""
    return DagsterDbtTranslator(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))
