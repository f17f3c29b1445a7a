"""A build made anew of the archive and of what the last release says went into it: where there is no copy to restore.

What the release cannot tell is gone: that is why a published refresh leaves a copy behind (checkpoint.py).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from foundation.settings import Settings
from ingestion.errors import UserError
from ingestion.replay import replay
from ingestion.store.archive import archived_files
from ingestion.store.tables import build_connection
from orchestration.checkpoint import drop_checkpoint, renew_checkpoint
from orchestration.leftovers import remove_leftovers
from orchestration.past import home_beside, past_decisions, past_files
from publishing.catalogue import current_release, last_published
from publishing.manifest import Manifest

ROWS_A_MINUTE = 150_000
"""Measured on two cores; only to tell people how long to wait."""
RESTORE = "Верните рабочую папку из резервной копии: vitrina restore ФАЙЛ"


def minutes_from_archive(settings: Settings) -> int:
    """About how long it takes."""
    current = current_release(settings)
    rows = sum(file.rows for file in current.inputs) if current else 0
    return 1 + rows // ROWS_A_MINUTE


def build_from_archive(settings: Settings, tell: Callable[[str], None]) -> tuple[str, ...]:
    """Load the inputs of the last release again; notes on files of the archive that no release knows.

    Raises UserError when the archive lacks a file, or when people were forgotten: their rows are in the archive still.
    """
    _, last = last_published(settings) or (None, None)
    if last is None:
        raise UserError(f"Файла сборки нет, и нет выпуска, по которому его собрать. {RESTORE}.")
    if forgotten_mark(settings).exists():
        raise UserError(
            "Файл сборки не собрать заново из архива: о людях, удалённых по запросу, архив ещё помнит, и они вернулись "
            f"бы. {RESTORE}."
        )
    try:
        files = past_files(settings, last)
    except UserError as error:
        raise UserError(f"Файл сборки не собрать заново: {error} {RESTORE}.") from None
    with home_beside(settings) as own:  # whoever is killed meanwhile leaves no half of a build
        replay(own, files, past_decisions(last), tell)
        _number_on(own)
        own.build_file.replace(settings.build_file)
    return _receive_unknown(settings, last)


@contextmanager
def without_copy(settings: Settings) -> Iterator[None]:
    """Forget people inside: neither a copy of the build nor the archive may bring them back; a new copy is made."""
    forgotten_mark(settings).touch(mode=0o600)
    drop_checkpoint(settings)
    remove_leftovers(settings)
    yield
    renew_checkpoint(settings)


def forgotten_mark(settings: Settings) -> Path:
    """Lies in a home of which people were forgotten."""
    return settings.home / "people_forgotten"


def _number_on(settings: Settings) -> None:
    """New loads come after all of those that were numbered by the release."""
    with build_connection(settings) as connection:
        (last,) = connection.execute("select coalesce(max(load_sequence), 0) from journal.load").fetchall()[0]
        connection.execute(f"create or replace sequence journal.load_number start {last + 1}")


def _receive_unknown(settings: Settings, current: Manifest) -> tuple[str, ...]:
    """Put back into landing what came after the release; the archive has no names, so the hash stands for one."""
    known = {
        sha256
        for file in (*current.inputs, *current.refused)
        for sha256 in (file.sha256, file.container_sha256)
        if sha256
    }
    unknown = [path for path, sha256 in archived_files(settings) if sha256 == path.name and sha256 not in known]
    settings.landing.mkdir(parents=True, exist_ok=True)
    for path in unknown:
        (settings.landing / path.name[:12]).write_bytes(path.read_bytes())
    if not unknown:
        return ()
    return (f"Файлов архива, пришедших после выпуска: {len(unknown)}; приняты заново, вместо имён начала их хешей.",)
