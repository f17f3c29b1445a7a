"""Build an old release again from its manifest and the archive, and compare: `python -m orchestration.rebuild ID`.

The build stands in a folder of its own under VITRINA_HOME and is removed afterwards; nothing of the home changes.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from foundation.settings import REGIONAL_FOLDERS, Settings, get_settings
from ingestion.errors import UserError
from ingestion.read import Member
from ingestion.replay import PastDecision, PastFile, replay
from ingestion.store.archive import archived
from ingestion.store.receipts import Receipt
from orchestration.lock import RefreshInProgressError
from orchestration.run import run_refresh
from publishing.catalogue import current_release, read_manifest
from publishing.errors import PublishingError
from publishing.inputs import Decision, InputFile
from publishing.manifest import MANIFEST_NAME, Manifest, MartSummary
from publishing.previous import HISTORY_MARTS

SHARED = ("archive", "secret", *REGIONAL_FOLDERS)
"""What a rebuild takes from the home as it is."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Comparison:
    """A release beside what its inputs give now."""

    published: Manifest
    rebuilt: Manifest

    @property
    def different(self) -> tuple[str, ...]:
        """Marts whose content differs or that only one of the two has; those that tell of earlier releases left out."""
        before, after = self._compared(self.published), self._compared(self.rebuilt)
        return tuple(
            name
            for name in sorted({*before, *after})
            if name not in before or name not in after or before[name].content_checksum != after[name].content_checksum
        )

    @staticmethod
    def _compared(manifest: Manifest) -> dict[str, MartSummary]:
        return {name: mart for name, mart in manifest.marts.items() if name not in HISTORY_MARTS}

    @property
    def changed_since(self) -> tuple[str, ...]:
        """What may explain a difference."""
        compared = {
            "код проекта": (self.published.code_digest, self.rebuilt.code_digest),
            "модели dbt": (self.published.dbt_digest, self.rebuilt.dbt_digest),
            "версии пакетов (uv.lock)": (self.published.lock_digest, self.rebuilt.lock_digest),
        }
        return tuple(name for name, (before, after) in compared.items() if before != after)

    def text(self) -> str:
        """The verdict, in Russian."""
        release_id = self.published.release_id
        lines = [
            f"Выпуск {release_id} пересобран из архива: файлов {len(self.published.inputs)}, "
            f"решений {len(self.published.decisions)}, день сборки {self.published.build_date:%d.%m.%Y}."
        ]
        if not self.different:
            marts = len(self._compared(self.published))
            lines.append(f"Совпали все витрины: {marts} (история выпусков не сравнивается).")
        else:
            lines.append(f"Не совпали витрины ({len(self.different)}): {', '.join(self.different)}.")
        if self.changed_since:
            lines.append(f"С тех пор изменились: {', '.join(self.changed_since)}.")
        return "\n".join(lines)


def rebuild(settings: Settings, release_id: str, progress: Progress | None = None) -> Comparison:
    """Load a release's inputs from the archive anew, build, and compare; raises UserError when that cannot be done."""
    published = _manifest_of(settings, release_id)
    files = _past_files(settings, published)
    decisions = [_past_decision(decision) for decision in published.decisions]
    with tempfile.TemporaryDirectory(prefix=".rebuild-", dir=settings.home) as folder:
        home = Path(folder)
        for name in SHARED:
            if (settings.home / name).exists():
                (home / name).symlink_to(settings.home / name)
        own = settings.model_copy(update={"home": home, "build_date": published.build_date})
        replay(own, files, decisions, progress)
        result = run_refresh(own, progress)
        rebuilt = current_release(own)
        if not result.published or rebuilt is None:
            raise UserError(f"Выпуск {release_id} не пересобран: {result.first_cause or 'причина не установлена'}.")
    return Comparison(published, rebuilt)


def _manifest_of(settings: Settings, release_id: str) -> Manifest:
    folder = settings.releases / release_id
    if not folder.is_dir():
        raise UserError(f"Выпуска {release_id} нет в {settings.releases}. Номера выпусков: имена папок там же.")
    manifest = read_manifest(folder)
    if manifest is None:
        raise UserError(f"Выпуск {release_id} не пересобрать: {folder / MANIFEST_NAME} нет или он не читается.")
    if manifest.build_date is None or any(file.received_at is None for file in manifest.inputs):
        raise UserError(
            f"Выпуск {release_id} опубликован прежней версией: его manifest.json не хранит, когда пришли файлы и на "
            "какой день построены витрины, пересобрать его нельзя."
        )
    return manifest


def _past_files(settings: Settings, manifest: Manifest) -> list[PastFile]:
    """Loaded and refused files in the order of their journal; raises UserError naming those the archive has lost."""
    every = [(file, file.kind) for file in manifest.inputs] + [(file, file.kind) for file in manifest.refused]
    lost = [file for file, _ in every if not archived(settings, file.sha256).is_file()]
    if lost:
        named = "\n".join(f"  {file.name} (sha256 {file.sha256})" for file in lost)
        raise UserError(f"Выпуск {manifest.release_id} не пересобрать: в архиве нет файлов (удалены):\n{named}")
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


def _past_decision(decision: Decision) -> PastDecision:
    return PastDecision(
        decision.decided_at, decision.file_sha256, decision.sheet, decision.source_row, decision.kind, decision.name,
        decision.organisation_id, decision.region, decision.municipality, decision.decided_by, decision.why,
        decision.undone_at, decision.undone_by, decision.undone_why,
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every mart is the same, 1 when not or when it cannot be told."""
    parser = argparse.ArgumentParser(
        prog="python -m orchestration.rebuild",
        description="Пересобрать прежний выпуск из архива по его manifest.json и сравнить витрины.",
    )
    parser.add_argument("release_id", metavar="ВЫПУСК", help="номер выпуска: имя папки в VITRINA_HOME/releases")
    release_id: str = parser.parse_args(arguments).release_id
    try:
        comparison = rebuild(get_settings(), release_id)
    except (UserError, PublishingError, RefreshInProgressError) as error:
        print(error, file=sys.stderr)
        return 1
    print(comparison.text())
    return 1 if comparison.different else 0


if __name__ == "__main__":
    sys.exit(main())
