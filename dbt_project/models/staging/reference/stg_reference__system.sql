-- Grain: system_code.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(system_code as {{ dbt.type_string() }}) as system_code,
    cast(title as {{ dbt.type_string() }}) as title,
    cast(short_title as {{ dbt.type_string() }}) as short_title,
    cast(kind as {{ dbt.type_string() }}) as kind,
    cast(role as {{ dbt.type_string() }}) as role,
    cast(measures as {{ dbt.type_string() }}) as measures,
    cast(grain as {{ dbt.type_string() }}) as grain,
    cast(part_of_code as {{ dbt.type_string() }}) as part_of_code,
    cast(predecessor_code as {{ dbt.type_string() }}) as predecessor_code,
    cast(successor_code as {{ dbt.type_string() }}) as successor_code,
    cast(valid_from as date) as valid_from,
    cast(valid_to as date) as valid_to,
    cast(spellings as {{ dbt.type_string() }}) as spellings,
    cast(note as {{ dbt.type_string() }}) as note
from {{ source('reference', 'system') }}
