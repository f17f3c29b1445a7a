"""Stable identities: the same file gives the same object in every Superset, so importing twice changes nothing."""

from uuid import NAMESPACE_URL, uuid5

PROJECT = uuid5(NAMESPACE_URL, "vitrina:superset")
DATABASE_NAME = "Витрина"
DATABASE_FILE = "vitrina"


def database_uuid() -> str:
    return str(uuid5(PROJECT, "database"))


def dataset_uuid(mart: str) -> str:
    return str(uuid5(PROJECT, f"dataset/{mart}"))


def chart_uuid(dashboard: str, chart: str) -> str:
    return str(uuid5(PROJECT, f"chart/{dashboard}/{chart}"))


def dashboard_uuid(slug: str) -> str:
    return str(uuid5(PROJECT, f"dashboard/{slug}"))
