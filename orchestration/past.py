"""What a release says went into it, as something to be done again: files from the archive, the steward's decisions."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from foundation.settings import REGIONAL_FOLDERS, Settings
from ingestion.errors import UserError
from ingestion.read import Member
from ingestion.replay import PastFile
from ingestion.store.archive import archived, is_sound
from ingestion.store.receipts import Receipt
from ingestion.store.since import PastDecision
from publishing.inputs import Decision, InputFile
from publishing.manifest import Manifest

BESIDE = ".rebuild-"
SHARED = ("archive", "secret", *REGIONAL_FOLDERS)
"""What a rebuild takes from the home as it is."""


@contextmanager
def home_beside(settings: Settings) -> Iterator[Settings]:
    """A home of its own inside this one, with its archive and metadata, removed afterwards: nothing here changes."""
    with tempfile.TemporaryDirectory(prefix=BESIDE, dir=settings.home) as folder, _claimed(Path(folder)):
        home = Path(folder)
        for name in SHARED:
            if (settings.home / name).exists():
                (home / name).symlink_to(settings.home / name)
        yield settings.model_copy(update={"home": home})


def abandoned_homes(settings: Settings) -> Iterator[Path]:
    """Homes beside this one whose process was killed."""
    for folder in settings.home.glob(f"{BESIDE}*"):
        try:
            with _claimed(folder):
                yield folder
        except BlockingIOError:
            continue


@contextmanager
def _claimed(folder: Path) -> Iterator[None]:
    """Hold a folder until its process ends, however it ends; raises BlockingIOError when another one holds it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def past_files(settings: Settings, manifest: Manifest) -> list[PastFile]:
    """Loaded and refused files in the order of their journal; raises UserError naming those the archive has lost."""
    every = [(file, file.kind) for file in manifest.inputs] + [(file, file.kind) for file in manifest.refused]
    for found, why in (
        ([file for file, _ in every if not archived(settings, file.sha256).is_file()], "нет файлов (удалены)"),
        ([file for file, _ in every if not is_sound(settings, file.sha256)], "повреждены файлы"),
    ):
        if found:
            named = "\n".join(f"  {file.name} (sha256 {file.sha256})" for file in found)
            raise UserError(f"Выпуск {manifest.release_id} не пересобрать: в архиве {why}:\n{named}")
    past = [_past_file(settings, file) for file, _ in every]
    return sorted(past, key=lambda file: file.loaded_at)


def _past_file(settings: Settings, file: InputFile) -> PastFile:
    assert file.received_at is not None
    assert file.loaded_at is not None
    content = archived(settings, file.sha256)
    size = content.stat().st_size
    member = Member(file.name, file.sha256, size, file.container_name, file.container_sha256, content)
    receipt = Receipt(member, file.received_at, file.declared or {}, file.load_sequence)
    return PastFile(receipt, file.kind, file.loaded_at)


def past_decisions(manifest: Manifest) -> list[PastDecision]:
    """What the steward decided, as it is done again."""
    return [_past_decision(decision) for decision in manifest.decisions]


def _past_decision(decision: Decision) -> PastDecision:
    return PastDecision(
        decision.decided_at, decision.file_sha256, decision.sheet, decision.source_row, decision.kind, decision.name,
        decision.organisation_id, decision.region, decision.municipality, decision.decided_by, decision.why,
        decision.undone_at, decision.undone_by, decision.undone_why,
    )  # fmt: skip
