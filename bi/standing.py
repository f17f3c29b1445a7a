"""What people made themselves and an import of ours would overwrite: Superset answers 200 and says nothing of it.

An import takes for its own whatever has its uuid, a dashboard's address (slug), a data set's table or the database's
name. What an earlier import brought is marked as managed outside Superset; whatever else has one of these is theirs.
"""

from collections.abc import Iterator
from typing import Any

from bi.client import Superset, SupersetError
from bi.identity import DATABASE_NAME, chart_uuid, dashboard_uuid, database_uuid, dataset_uuid
from bi.specification import load_dashboards, load_datasets

SCHEMA = "marts"
Row = dict[str, Any]


class TakenError(SupersetError):
    """Something of ours has the name of something that a person made; the message is Russian and names both."""


def refuse_to_overwrite(superset: Superset) -> None:
    """Raise TakenError, before anything is changed, when an import would take over what is not ours."""
    found = [*_databases(superset), *_dashboards(superset), *_charts(superset), *_datasets(superset)]
    if found:
        raise TakenError(
            f"Настройка остановлена, в Superset ничего не изменено: она перезаписала бы чужое. {'; '.join(found)}. "
            "Смените названному адрес или имя (или удалите его) и повторите: vitrina provision"
        )


def _databases(superset: Superset) -> Iterator[str]:
    for row in superset.every("database/"):
        if row["database_name"] == DATABASE_NAME and row["uuid"] != database_uuid():
            yield f"База данных «{DATABASE_NAME}»{_made_by(row)}"


def _dashboards(superset: Superset) -> Iterator[str]:
    ours = {dashboard.slug: dashboard_uuid(dashboard.slug) for dashboard in load_dashboards()}
    for row in superset.every("dashboard/"):
        named = row["slug"] in ours or row["uuid"] in ours.values()
        if named and not (row["uuid"] in ours.values() and row["is_managed_externally"]):
            yield f"Дашборд «{row['dashboard_title']}», адрес {row['slug']}{_made_by(row)}"


def _charts(superset: Superset) -> Iterator[str]:
    ours = {chart_uuid(board.slug, chart.name) for board in load_dashboards() for chart in board.charts()}
    for row in superset.every("chart/"):
        if row["uuid"] in ours and not row["is_managed_externally"]:
            yield f"Диаграмма «{row['slice_name']}»{_made_by(row)}"


def _datasets(superset: Superset) -> Iterator[str]:
    ours = {mart: dataset_uuid(mart) for mart in load_datasets()}
    for row in superset.every("dataset/"):
        if row["uuid"] in ours.values():
            # Unlike those of dashboards and charts, the list of data sets does not say who manages them.
            stranger = not superset.get(f"dataset/{row['id']}")["result"]["is_managed_externally"]
        else:
            in_marts = row["database"]["uuid"] == database_uuid() and row["schema"] == SCHEMA
            stranger = in_marts and row["table_name"] in ours
        if stranger:
            yield f"Набор данных «{row['table_name']}»{_made_by(row)}"


def _made_by(row: Row) -> str:
    people = [*(row.get("owners") or []), *([row["created_by"]] if row.get("created_by") else [])]
    names = dict.fromkeys(f"{one['first_name']} {one['last_name']}" for one in people)
    return f" (владелец: {', '.join(names)})" if names else ""
