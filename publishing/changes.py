"""The diff of a release: changes.csv, its summary in the manifest, the moment its vintages begin."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from publishing.checksum import literal

CHANGES_NAME = "changes.csv"
ORDER = "indicator_position, indicator_code, year, place_level, place_name, place_id, field_position"


@dataclass(frozen=True)
class ChangeSummary:
    """Against which release (None for the first), how many cells differ, and how many for which reason."""

    former_release_id: str | None
    cells: int
    by_reason: dict[str, int] = field(default_factory=dict)


def date_vintages(connection: duckdb.DuckDBPyConnection, release_id: str, moment: datetime) -> None:
    """Vintages of a release begin, and those it closed end, when it is published, which the build could not know."""
    published_at = moment.astimezone(UTC).replace(tzinfo=None)
    for column, owner in (("recorded_from", "release_id"), ("recorded_to", "closed_by")):
        connection.execute(
            f"update marts.indicator_vintage set {column} = ? where {owner} = ?", [published_at, release_id]
        )


def write_changes(connection: duckdb.DuckDBPyConnection, former_release_id: str | None, folder: Path) -> ChangeSummary:
    """Write changes.csv (UTF-8, comma, point; empty field is NULL) beside the release's marts."""
    path = literal(folder / CHANGES_NAME)
    connection.execute(f"copy (select * from marts.indicator_change order by {ORDER}) to {path} (format csv, header)")
    counted = connection.execute(
        "select change_reason, count(*) from marts.indicator_change group by change_reason order by 2 desc, 1"
    ).fetchall()
    return ChangeSummary(former_release_id, sum(cells for _, cells in counted), dict(counted))
