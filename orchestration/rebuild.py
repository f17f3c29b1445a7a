"""Build an old release again from its manifest and the archive, and compare: `python -m orchestration.rebuild ID`.

The build stands in a folder of its own under VITRINA_HOME and is removed afterwards; nothing of the home changes.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from foundation.settings import Settings, get_settings
from ingestion.errors import UserError
from ingestion.replay import replay
from orchestration.lock import RefreshInProgressError
from orchestration.past import home_beside, past_decisions, past_files
from orchestration.postgres import history_beside_the_data
from orchestration.run import run_refresh
from publishing.catalogue import current_release, read_manifest
from publishing.errors import PublishingError
from publishing.manifest import MANIFEST_NAME, Manifest, MartSummary
from publishing.previous import HISTORY_MARTS

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
    files = past_files(settings, published)
    decisions = past_decisions(published)
    with home_beside(settings) as home, history_beside_the_data():
        own = home.model_copy(update={"build_date": published.build_date})
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
