"""Make a release of the build's marts and switch `current` to it, or leave everything as it was."""

import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from pydantic_settings import BaseSettings, SettingsConfigDict

from foundation.private_file import to_disk
from foundation.settings import Settings
from foundation.system_errors import reason_in_words
from publishing.build_state import build_state
from publishing.catalogue import (
    UNPUBLISHED,
    WAREHOUSE_NAME,
    current_folder,
    damaged_since,
    is_linked,
    list_releases,
    newest_whole,
    read_manifest,
)
from publishing.changes import date_vintages, write_changes
from publishing.checksum import Columns, content_checksum, file_sha256, quote, table_fingerprint
from publishing.errors import GateError
from publishing.gate import check_build
from publishing.inputs import read_decisions, read_inputs, read_refused
from publishing.manifest import Manifest, MartSummary
from publishing.parquet import parquet_form, write_parquet
from publishing.query_folders import remove_left_folders
from publishing.revision import code_digest, git_revision, lock_digest, versions
from publishing.sharing import Shareable, close_to_writing
from publishing.warehouse import beside_the_build, close_warehouse, copy_marts


class RetentionSettings(BaseSettings):
    """VITRINA_RELEASES_KEPT: how many releases stay on disk; older ones are removed, never the current one."""

    model_config = SettingsConfigDict(env_prefix="VITRINA_", extra="ignore")

    releases_kept: int = 30


def new_release_id(moment: datetime | None = None) -> str:
    """Sortable by time, unique within a second: 20261123T020000Z-1a2b."""
    moment = (moment or datetime.now(UTC)).astimezone(UTC)
    return f"{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def publish(
    settings: Settings,
    release_id: str,
    progress: Callable[[str], None] | None = None,
    keep: int | None = None,
    *,
    build_date: date | None = None,
    dbt_digest: str | None = None,
) -> Manifest:
    """Check the build, copy its marts to releases/<id>, switch `current`; raises GateError and changes nothing.

    `build_date` is the day that counted as today in the marts, `dbt_digest` tells the dbt project that made them.

    All is written beside the releases under a hidden name and renamed: no reader ever sees half a release.
    """
    report = progress or _silent
    if not settings.build_file.is_file():
        raise GateError("сборки ещё нет, публиковать нечего")
    settings.releases.mkdir(parents=True, exist_ok=True)
    _remove_unfinished(settings)
    staging = settings.releases / f".{release_id}.partial"
    try:
        manifest = _write_release(settings, release_id, staging, report)
        manifest = replace(manifest, build_date=build_date, dbt_digest=dbt_digest)
        manifest.write(staging)
        (staging / UNPUBLISHED).touch()
        _flush(staging)
        staging.rename(settings.releases / release_id)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    switch_current(settings, release_id)
    (settings.releases / release_id / UNPUBLISHED).unlink()
    _remove_old(settings, RetentionSettings().releases_kept if keep is None else keep, report)
    return manifest


def mend_current(settings: Settings) -> str | None:
    """Make `current` the link it should be in a home that was copied or restored; what was done, in Russian, or None.

    A copy that followed links has a folder in its place: the release it holds goes back among the releases.
    """
    current = settings.current
    if is_linked(settings):
        return None
    if current.is_dir() and not current.is_symlink():
        _put_among_releases(settings, current)
    found = newest_whole(settings)
    if found is None or damaged_since(settings, found.name):  # to be restored: the link shall name it then
        return None
    switch_current(settings, found.name)
    return f"Ссылка current восстановлена: действует выпуск {found.name}, последний целый на диске."


def _put_among_releases(settings: Settings, copy: Path) -> None:
    settings.releases.mkdir(parents=True, exist_ok=True)
    manifest = read_manifest(copy)
    if manifest is not None and not (settings.releases / manifest.release_id).exists():
        copy.rename(settings.releases / manifest.release_id)
        return
    aside = settings.releases / f".{copy.name}.partial"
    shutil.rmtree(aside, ignore_errors=True)
    copy.rename(aside)
    shutil.rmtree(aside)


def switch_current(settings: Settings, release_id: str) -> None:
    """Point `current` to a release atomically: a new link is made aside and renamed over the old one."""
    link = settings.home / f".current-{release_id}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / release_id, target_is_directory=True)
    os.replace(link, settings.current)  # noqa: PTH105 - replaces a symlink itself, named in design.md


def _flush(folder: Path) -> None:
    """Bring all to the disk before it is named: after a power cut a release must not be there with empty files."""
    for path in (*folder.rglob("*"), folder):
        to_disk(path)


def _silent(_: str) -> None:
    return


def _write_release(settings: Settings, release_id: str, staging: Path, report: Callable[[str], None]) -> Manifest:
    with beside_the_build(settings, release_id) as connection:
        report("Проверка сборки перед публикацией")
        check_build(connection, settings)
        inputs, refused, decisions = read_inputs(connection), read_refused(connection), read_decisions(connection)
        state, former_release_id = build_state(connection), _former_release_id(connection)
        former = Shareable.of(settings)
        moment = datetime.now(UTC)
        (staging / "marts").mkdir(parents=True)
        marts = copy_marts(connection, staging / WAREHOUSE_NAME, release_id, former.warehouse)
        date_vintages(connection, release_id, moment)
        changes = write_changes(connection, former_release_id, staging)
        exported = {
            name: _export_mart(connection, name, columns, staging / "marts" / f"{name}.parquet", former, report)
            for name, columns in marts.items()
        }
        data_date = _data_date(connection)
        close_warehouse(connection)
    return Manifest(
        release_id=release_id,
        published_at=moment,
        data_date=data_date,
        git_revision=git_revision(),
        code_digest=code_digest(),
        versions=versions(),
        inputs=inputs,
        marts=exported,
        changes=changes,
        lock_digest=lock_digest(),
        refused=refused,
        decisions=decisions,
        build_state=state,
    )


def _former_release_id(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The release the build compared itself with."""
    found = connection.execute("select release_id from build.published.release").fetchone()
    return found[0] if found else None


def _export_mart(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Columns,
    parquet: Path,
    former: Shareable,
    report: Callable[[str], None],
) -> MartSummary:
    """The mart's Parquet file, shared with the former release where it is the same; what the manifest says of it."""
    report(f"Публикация витрины {name}")
    relation = f"marts.{quote(name)}"
    fingerprint, form = table_fingerprint(connection, relation, columns), parquet_form(name, columns)
    if shared := former.take(fingerprint, form, parquet):
        return shared
    rows = write_parquet(connection, name, parquet, columns)
    close_to_writing(parquet)
    return MartSummary(
        rows=rows,
        parquet_sha256=file_sha256(parquet),
        content_checksum=content_checksum(connection, relation, columns),
        fingerprint=fingerprint,
        parquet_form=form,
    )


def _data_date(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The newest measured day, as marts.release_summary says; None while nothing measured has come."""
    found = connection.execute("select max(data_date) from marts.release_summary").fetchone()
    day: date | None = found[0] if found else None
    return day


def _remove_unfinished(settings: Settings) -> None:
    """What a killed process left: half-written and half-removed folders, a link aside, a release never switched to."""
    for link in settings.home.glob(".current-*"):
        link.unlink(missing_ok=True)
    current = current_folder(settings)
    for mark in settings.releases.glob(f"*/{UNPUBLISHED}"):
        if mark.parent.resolve() == current:
            mark.unlink()
        else:
            _remove(mark.parent)
    for folder in settings.releases.glob(".*.partial"):
        shutil.rmtree(folder, ignore_errors=True)
    remove_left_folders(settings)


def _remove_old(settings: Settings, keep: int, report: Callable[[str], None]) -> None:
    """The new release stands already: a former one that cannot be removed is told and stops nothing."""
    current = current_folder(settings)
    for manifest in list_releases(settings)[: -max(keep, 1)]:
        folder = settings.releases / manifest.release_id
        if folder.resolve() != current:
            try:
                _remove(folder)
            except OSError as error:
                report(f"Выпуск {folder.name} не удалён по сроку хранения: {reason_in_words(error)}")


def _remove(folder: Path) -> None:
    """Out of sight first: half a release must not be found under its name."""
    hidden = folder.with_name(f".{folder.name}.partial")
    folder.rename(hidden)
    shutil.rmtree(hidden, ignore_errors=True)
