-- Grain: spelling.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(spelling as {{ dbt.type_string() }}) as spelling,
    cast(unit as {{ dbt.type_string() }}) as unit,
    cast(factor as decimal(18, 6)) as factor
from {{ source('reference', 'unit_spelling') }}
