"""The command line all scripts share, so that one harness runs them."""

import argparse
from pathlib import Path


def exports_parser(description: str | None) -> argparse.ArgumentParser:
    """FOLDER of exports, their SUFFIX, TARGET for what the script makes."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("suffix", choices=("parquet", "csv"))
    parser.add_argument("target", type=Path)
    return parser
