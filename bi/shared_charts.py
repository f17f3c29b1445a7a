"""Charts that stand on several pages, written once: a chart says `use: <name>` and gives what is its own."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "shared_charts.yaml"
Settings = Mapping[str, Any]


class UnknownChartError(ValueError):
    """A chart uses what the file does not have."""


@lru_cache
def shared_charts() -> Mapping[str, Settings]:
    """What the file says, by name."""
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def with_shared(said: Any) -> Any:
    """What a file of bi/dashboards says, with the shared settings under those of each chart; UnknownChartError."""
    if not isinstance(said, dict) or not isinstance(said.get("tabs"), list):
        return said  # whatever it is, the models say what is wrong with it
    return said | {"tabs": [_tab(tab) for tab in said["tabs"]]}


def _tab(tab: dict[str, Any]) -> dict[str, Any]:
    return tab | {"rows": [[_chart(item) for item in row] for row in tab.get("rows", ())]}


def _chart(own: dict[str, Any]) -> dict[str, Any]:
    if "use" not in own:
        return own
    if own["use"] not in shared_charts():
        raise UnknownChartError(f"use: {own['use']}: {FILE.name} has {', '.join(sorted(shared_charts()))}")
    shared = shared_charts()[own["use"]]
    options = {**shared.get("options", {}), **own.get("options", {})}
    return {**shared, **{name: value for name, value in own.items() if name != "use"}, "options": options}
