"""By which rules names are matched: a release of the product, or a region's catalogue, may read a name otherwise."""

from pathlib import Path

from foundation.settings import per_home, regional_home
from foundation.sources import ROOT, digest_of, source_files

DECIDING_FOLDERS = ("foundation", "ingestion/match", "ingestion/names", "schemas")
"""The matcher, how names are taken apart, and the words they are made of, with what reads them."""
REGIONAL_FOLDERS = ("catalogues",)


@per_home
def rules_digest() -> str:
    """SHA-256 over everything that decides what a name means beside the registry; taken once by a process."""
    return digest_of_rules(regional_home())


def digest_of_rules(home: Path) -> str:
    """The same of a home, as its files are now."""
    regional = digest_of(source_files(home, REGIONAL_FOLDERS), home)
    return digest_of(source_files(ROOT, DECIDING_FOLDERS), ROOT, [regional])
