-- Grain: measure_code.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(measure_code as {{ dbt.type_string() }}) as measure_code,
    cast(title as {{ dbt.type_string() }}) as title,
    cast(time_rule as {{ dbt.type_string() }}) as time_rule,
    cast(rollup as {{ dbt.type_string() }}) as rollup,
    cast(unit as {{ dbt.type_string() }}) as unit,
    cast(absence as {{ dbt.type_string() }}) as absence,
    cast(list_kind as {{ dbt.type_string() }}) as list_kind
from {{ source('reference', 'measure') }}
