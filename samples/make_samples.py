"""Writes samples/files: `python -m samples.make_samples [FOLDER]`. The same bytes on every run."""

import sys
from pathlib import Path

from samples import (
    activities,
    decisions,
    notes,
    other_territories,
    published_values,
    tula_staff,
    yeniseisk,
    yeniseisk_platforms,
    yeniseisk_training,
)
from samples.people import Person
from samples.tula_staff import school
from samples.yeniseisk_staff import district

FILES = Path(__file__).parent / "files"


def generated_people() -> list[Person]:
    """Everyone the samples invent: nothing of them may be found in the warehouse, releases, logs or protocols."""
    return [*district().people.made, *school().people.made]


def make(folder: Path = FILES) -> list[Path]:
    """Write every sample file under the folder and return their paths."""
    district_folder = folder / "yeniseisk"
    yeniseisk.write(district_folder)
    yeniseisk_platforms.write(district_folder)
    yeniseisk_training.write(district_folder)
    other_territories.write(folder)
    published_values.write(folder)
    activities.write(folder)
    decisions.write(folder)
    notes.write(folder)
    tula_staff.write(folder / "tula")
    return sorted(path for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FILES
    for written in make(target):
        sys.stdout.write(f"{written.relative_to(target)}  {written.stat().st_size}\n")
