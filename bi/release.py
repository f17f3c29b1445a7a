"""What access needs of the published release: its municipalities."""

from dataclasses import dataclass

import duckdb

from bi.errors import AccessError
from foundation.settings import Settings

WAREHOUSE_NAME = "warehouse.duckdb"
LOCKED = {"enable_external_access": "false", "lock_configuration": "true"}
# A municipality that changed its code has a row for each; the last one has its name. Not is_current: a release older
# than this tree has none.
MUNICIPALITIES = """
    select
        territory_id,
        arg_max(territory_name, coalesce(valid_from, date '0001-01-01')) as name,
        coalesce(max(region), '')
    from marts.dim_territory
    where territory_level = 'municipality'
    group by territory_id
    order by name, territory_id
"""


@dataclass(frozen=True)
class Municipality:
    """A municipality by the key its rows carry in the marts."""

    key: str
    name: str
    region: str

    def __str__(self) -> str:
        return f"{self.name} ({self.region}, {self.key})"


def municipalities(settings: Settings) -> tuple[Municipality, ...]:
    """Those of the current release; raises AccessError before the first one."""
    path = settings.current.resolve() / WAREHOUSE_NAME  # through the link DuckDB could serve a former release
    if not path.is_file():
        raise AccessError("Выпусков ещё нет, муниципалитеты пользователей сверить не с чем: vitrina refresh.")
    with duckdb.connect(str(path), read_only=True, config=dict(LOCKED)) as connection:
        return tuple(Municipality(*row) for row in connection.execute(MUNICIPALITIES).fetchall())
