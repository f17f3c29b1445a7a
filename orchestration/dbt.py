"""dbt beside Dagster: the manifest prepared beforehand, dependencies on ingestion, the first cause of a failure."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource
from packaging.version import Version

from foundation.private_file import write_private
from foundation.settings import Settings
from foundation.sources import ROOT, digest_of, source_files
from foundation.system_errors import tells_of_full_disk
from foundation.whole_file import written_whole
from orchestration.failures import NO_ROOM
from publishing.catalogue import current_release
from publishing.errors import PublishingError
from publishing.revision import code_digest

PROJECT_DIR = ROOT / "dbt_project"
DBT = Path(sys.executable).parent / "dbt"
DBT_PROCESS = ("-P", "-m", "orchestration.dbt_process")
"""What Python runs for `dbt build`; -P, because the folder it runs in is that of the project, not of modules."""
PARSED = "partial_parse.msgpack"
SECONDS_TO_END = 30
UNIT_TESTS = "resource_type:unit_test"
FAILED = frozenset({"fail", "error", "runtime error"})


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


@contextmanager
def build_parameters(release_id: str, build_date: date, timezone: str) -> Iterator[None]:
    """The environment of a build: its release, the day that counts as today, the code that decides, the time zone by
    which a file came in time or late (macro `build_parameter`).
    """
    given = {
        "VITRINA_RELEASE_ID": release_id,
        "VITRINA_AS_OF_DATE": build_date.isoformat(),
        "VITRINA_CODE_DIGEST": code_digest(),
        "VITRINA_TIMEZONE": timezone,
    }
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


@contextmanager
def ended_with_the_step(process: "subprocess.Popen[Any]") -> Iterator[None]:
    """End a dbt that still runs when its step fails: nobody reads what it says, so it would hold the build for ever."""
    try:
        yield
    except BaseException:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        raise


def project_digest(manifest: Path) -> str:
    """SHA-256 over what dbt's manifest says of the code: the text of every model, test and macro, no times or paths."""
    content = json.loads(manifest.read_text(encoding="utf-8"))
    parts = {key: macro["macro_sql"] for key, macro in content["macros"].items()}
    for key, node in content["nodes"].items():
        parts[key] = [node.get("raw_code"), node["checksum"]["checksum"], node["config"].get("materialized")]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class OwnDbt(DbtCliResource):
    """dbt of this very environment, of which nothing need be asked: `dbt --version` alone is a quarter of a build."""

    @cached_property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:  # type: ignore[override]
        """None: only row counts and column metadata of Dagster need it, which we do not fetch."""


def dbt_resource() -> DbtCliResource:
    """dbt of this very environment: `dbt` need not be on PATH."""
    return OwnDbt(
        project_dir=str(PROJECT_DIR),
        profiles_dir=str(PROJECT_DIR),
        dbt_executable=sys.executable,
        global_config_flags=[*DBT_PROCESS, "--no-use-colors"],
    )


def asset_names() -> DagsterDbtTranslator:
    """Keys and groups of assets as the dbt project's own metadata names them; several tables may be of one asset."""
    return DagsterDbtTranslator(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))


def first_failure(target: Path) -> str | None:
    """The first failed node of a build in Russian, from dbt's run_results.json."""
    results_file = target / "run_results.json"
    if not results_file.is_file():
        return None
    results = json.loads(results_file.read_text(encoding="utf-8"))["results"]
    failed = next((result for result in results if result["status"] in FAILED), None)
    if failed is None:
        return None
    node = _nodes(target).get(failed["unique_id"], {})
    name = node.get("name") or failed["unique_id"]
    title = " ".join((node.get("description") or "").split()) or name
    message = " ".join((failed.get("message") or "").split())
    if tells_of_full_disk(message):
        return NO_ROOM
    if failed["unique_id"].startswith("test."):
        found = failed.get("failures")
        counted = f" (строк с нарушением: {found})" if found else f" ({message})"
        return f"проверка «{title}» не пройдена{counted}"
    return f"модель {name} не построена: {message}"


def _nodes(target: Path) -> dict[str, Any]:
    manifest = target.parent / "manifest.json"
    if not manifest.is_file():
        return {}
    nodes: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    return nodes
