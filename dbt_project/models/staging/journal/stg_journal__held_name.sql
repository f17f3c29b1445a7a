-- Grain: held_id: a name that no rule matched.

select
    cast(held_id as bigint) as held_id,
    cast(kind as {{ dbt.type_string() }}) as kind,
    cast(name as {{ dbt.type_string() }}) as name,
    cast(municipality as {{ dbt.type_string() }}) as municipality,
    cast(region as {{ dbt.type_string() }}) as region,
    cast(inn as {{ dbt.type_string() }}) as inn,
    cast(sender as {{ dbt.type_string() }}) as sender,
    cast(reason as {{ dbt.type_string() }}) as reason,
    cast(status as {{ dbt.type_string() }}) as status,
    cast(decided_organisation_id as {{ dbt.type_string() }}) as decided_organisation_id,
    cast(decided_at as timestamp) as decided_at,
    cast(municipality_key as {{ dbt.type_string() }}) as municipality_key,
    cast(candidates as {{ dbt.type_string() }}) as candidates,
    cast(file_sha256 as {{ dbt.type_string() }}) as file_sha256,
    cast(sheet as {{ dbt.type_string() }}) as sheet,
    cast(source_row as bigint) as source_row,
    cast(decided_region as {{ dbt.type_string() }}) as decided_region,
    cast(decided_municipality as {{ dbt.type_string() }}) as decided_municipality
from {{ source('journal', 'held_name') }}
