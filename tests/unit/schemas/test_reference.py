"""Reference tables as dbt reads them: a row stands once, and each table has its staging model."""

from collections import Counter

import pytest

from schemas.dbt_staging import REFERENCE, reference_model
from schemas.reference import reference_tables
from schemas.reference_table import Table

TABLES = reference_tables()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_row_of_a_reference_table_stands_once(table: Table) -> None:
    """Guards against a code written twice in a catalogue, by which every figure that joins it counts twice."""
    places = [list(table.columns).index(name) for name in table.key]
    keys = Counter(tuple(row[place] for place in places) for row in table.rows)
    assert keys
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_reference_table_is_staged_and_nothing_else() -> None:
    """Guards against a staging model that stays behind when its table is gone."""
    assert {path.stem for path in REFERENCE.glob("*.sql")} == {f"stg_reference__{table.name}" for table in TABLES}


def test_a_staged_table_has_all_its_columns_with_their_types() -> None:
    """Guards against a column that is written and that no model can read."""
    table = Table("rate", "Ставка", ("code",), {"code": "varchar", "share": "decimal(18,6)"}, ())
    assert reference_model(table).splitlines()[3:] == [
        "select",
        "    cast(code as {{ dbt.type_string() }}) as code,",
        "    cast(share as decimal(18, 6)) as share",
        "from {{ source('reference', 'rate') }}",
    ]
