"""What a build of the product makes of a region's files. Runs under that build's own modules, whichever they are.

    PYTHONPATH=BUILD python benchmarks/matching/in_build.py FOLDER OUT [--cost-only]

Only what both builds have is called, and nothing of this package is imported: the earlier build does not have it.
"""

import json
import os
import sys
import tempfile
import time
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

KIND, REGISTRY_KIND, REGISTRY = "equipment_delivery", "organisation_registry", "registry.csv"


def outcomes(folder: Path, *, cost_only: bool) -> dict[str, Any]:
    """Load the registry, then the files: what each row, known by its model, became.

    `cost_only` leaves out protocols and whom each question may mean: they are no part of matching and take longer.
    """
    # Once the home is set: settings read where it is.
    settings = first_of("foundation.settings", "schemas.settings").get_settings()
    add_files = first_of("ingestion.receive.landing", "ingestion.landing").add_files
    loading = first_of("ingestion.pipeline", "ingestion.refresh")
    load_kind, receive = loading.load_kind, loading.receive
    add_files(settings, [folder / REGISTRY], {})
    receive(settings)
    registry = load_kind(settings, REGISTRY_KIND)
    add_files(settings, sorted(path for path in folder.glob("*.csv") if path.name != REGISTRY), {})
    receive(settings)
    matching = _timed_matching()
    if cost_only:
        loading.__dict__.update(write_protocol=lambda *_: None, advice=lambda *_: [])
    started = time.process_time()
    loaded = load_kind(settings, KIND)
    return {
        "registry_accepted": sum(one.rows_accepted for one in registry),
        "refused": [f"{one.original_name}: {one.refusal}" for one in [*registry, *loaded] if one.outcome != "loaded"],
        "loading_seconds": time.process_time() - started,
        "matching_seconds": sum(matching),
        **_read(settings, cost_only=cost_only),
    }


def first_of(*names: str) -> ModuleType:
    """A module of the build that is asked, by the first of its names that this build knows, newest first."""
    for name in names[:-1]:
        with suppress(ModuleNotFoundError):
            return import_module(name)
    return import_module(names[-1])


def _timed_matching() -> list[float]:
    """Lets the matching of a file tell its processor seconds; they are put into the list that is returned."""
    examine = first_of("ingestion.examine.examination", "ingestion.examine")
    seconds: list[float] = []
    match_rows = examine.match_rows

    def timed(*arguments: Any) -> Any:
        started = time.process_time()
        matched = match_rows(*arguments)
        seconds.append(time.process_time() - started)
        return matched

    examine.__dict__["match_rows"] = timed
    return seconds


def _read(settings: Any, *, cost_only: bool) -> dict[str, Any]:
    query = first_of("ingestion.match.organisations", "ingestion.organisations").Query
    lookups = first_of("ingestion.match.rows", "ingestion.matching").Lookups
    build_connection = first_of("ingestion.store.tables", "ingestion.store").build_connection
    with build_connection(settings) as connection:
        matched = connection.execute(f"select model, organisation_id, match_rule from raw.{KIND}").fetchall()
        held = connection.execute(
            "select held.payload, held.reason, name.name, name.municipality, name.region, held.held_id"
            " from journal.held_row as held join journal.held_name as name using (held_id)"
            f" where held.kind = '{KIND}'"
        ).fetchall()
        index = lookups.load(connection).index
        asked: dict[int, list[str]] = {}
        started = time.process_time()
        for _, reason, name, municipality, region, number in held:
            if not cost_only and number not in asked and reason == "organisation":
                found = index.candidates(query(None, None, None, name, municipality, region, None))
                asked[number] = [one.organisation_id for one in found]
        seconds = time.process_time() - started
    return {
        "matched": {model: [organisation, rule] for model, organisation, rule in matched},
        "held": {
            json.loads(payload)["values"]["model"]: [reason, asked.get(number, [])]
            for payload, reason, *_, number in held
        },
        "candidates_seconds": seconds,
        "questions": len(asked),
    }


def main() -> None:
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    if find_spec("fastexcel") is None:
        # The earlier build read workbooks with it; the files here are CSV, so that its import is all that is missed.
        sys.modules["fastexcel"] = ModuleType("fastexcel")
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"VITRINA_HOME": home, "VITRINA_SECRET": "x" * 40, "VITRINA_LANDING_SETTLE_SECONDS": "0"}
        out.write_text(
            json.dumps(outcomes(folder, cost_only="--cost-only" in sys.argv), ensure_ascii=False), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
