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
from publishing.checksum import content_checksum, file_sha256, literal, quote
from publishing.contract import descriptions
from publishing.errors import GateError
from publishing.gate import check_build
from publishing.inputs import read_decisions, read_inputs, read_refused
from publishing.manifest import Manifest, MartSummary
from publishing.parquet import write_parquet
from publishing.query_folders import remove_left_folders
from publishing.revision import code_digest, git_revision, lock_digest, versions
from schemas.mart_contracts import mart_models, stored_order


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
    with duckdb.connect(str(settings.build_file), read_only=True, config=settings.duckdb_config) as build:
        report("Проверка сборки перед публикацией")
        check_build(build, settings)
        inputs, refused, decisions = read_inputs(build), read_refused(build), read_decisions(build)
        state = build_state(build)
    moment = datetime.now(UTC)
    (staging / "marts").mkdir(parents=True)
    with duckdb.connect(str(staging / WAREHOUSE_NAME), config=settings.duckdb_config) as target:
        target.execute(f"attach {literal(settings.build_file)} as build (read_only)")
        target.begin()
        names = _mart_names(target)
        target.execute("create schema marts")
        for name in names:
            _copy_table(target, name)
            _describe(target, name)
        former_release_id = _former_release_id(target)
        target.commit()
        target.execute("detach build")
        date_vintages(target, release_id, moment)
        changes = write_changes(target, former_release_id, staging)
        summaries = {name: _export_mart(target, name, staging, report) for name in names}
        data_date = _data_date(target)
        target.execute("checkpoint")
    return Manifest(
        release_id=release_id,
        published_at=moment,
        data_date=data_date,
        git_revision=git_revision(),
        code_digest=code_digest(),
        versions=versions(),
        inputs=inputs,
        marts=summaries,
        changes=changes,
        lock_digest=lock_digest(),
        refused=refused,
        decisions=decisions,
        build_state=state,
    )


def _mart_names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Marts of the build that dbt describes: the table of a model taken out of the project stays in the build."""
    rows = connection.execute(
        "select table_name from information_schema.tables "
        "where table_catalog = 'build' and table_schema = 'marts' order by table_name"
    ).fetchall()
    described = {model["name"] for model in mart_models()}
    return [name for (name,) in rows if name in described]


def _former_release_id(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The release the build compared itself with."""
    found = connection.execute("select release_id from build.published.release").fetchone()
    return found[0] if found else None


def _copy_table(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """In the order in which the mart is asked, which is total: equal content is stored alike, whoever built it."""
    order = ", ".join(map(quote, stored_order(name)))
    connection.execute(f"create table marts.{quote(name)} as select * from build.marts.{quote(name)} order by {order}")


def _describe(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Comments of a mart and its columns, from the project: by dbt each is a statement, two look-ups and a template."""
    table, columns = descriptions(name)
    connection.execute(f"comment on table marts.{quote(name)} is {literal(table)}")
    for (column,) in connection.execute(
        "select column_name from duckdb_columns() where database_name = current_database()"
        " and schema_name = 'marts' and table_name = ?",
        [name],
    ).fetchall():
        if column in columns:
            connection.execute(f"comment on column marts.{quote(name)}.{quote(column)} is {literal(columns[column])}")


def _export_mart(
    connection: duckdb.DuckDBPyConnection, name: str, staging: Path, report: Callable[[str], None]
) -> MartSummary:
    report(f"Публикация витрины {name}")
    parquet = staging / "marts" / f"{name}.parquet"
    relation = f"marts.{quote(name)}"
    write_parquet(connection, name, parquet)
    counted = connection.execute(f"select count(*) from {relation}").fetchone()
    assert counted is not None
    return MartSummary(
        rows=counted[0], parquet_sha256=file_sha256(parquet), content_checksum=content_checksum(connection, relation)
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
