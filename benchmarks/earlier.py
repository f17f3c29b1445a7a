"""An earlier build of the product beside this one, taken from git."""

import subprocess
import tarfile
from pathlib import Path

from foundation.sources import ROOT


def tree_of(folder: Path, commit: str) -> Path:
    """The files of a commit, taken from git once."""
    tree = folder / f"build-{commit}"
    if not tree.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        archive = folder / f"{commit}.tar"
        with archive.open("wb") as stream:
            subprocess.run(["git", "archive", commit], cwd=ROOT, stdout=stream, check=True)
        with tarfile.open(archive) as content:
            content.extractall(tree, filter="data")
        archive.unlink()
    return tree
