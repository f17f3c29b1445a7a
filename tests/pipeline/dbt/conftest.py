"""Two build files for the whole folder: an empty one, and a district built once."""

import pytest
from handmade_district import fill
from handmade_warehouse import Warehouse


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The first start: every table is there, none has a row."""
    warehouse = Warehouse(tmp_path_factory.mktemp("empty"))
    warehouse.write()
    return warehouse


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The hand-made district after `dbt build`, unit tests included."""
    warehouse = Warehouse(tmp_path_factory.mktemp("district"))
    fill(warehouse)
    warehouse.write()
    warehouse.build()
    return warehouse
