-- Grain: measure_code × kind.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(measure_code as {{ dbt.type_string() }}) as measure_code,
    cast(kind as {{ dbt.type_string() }}) as kind
from {{ source('reference', 'measure_kind') }}
