-- Grain: held_id × decided_at: an answer of a steward, standing or taken back.

select
    cast(held_id as bigint) as held_id,
    cast(verdict as {{ dbt.type_string() }}) as verdict,
    cast(organisation_id as {{ dbt.type_string() }}) as organisation_id,
    cast(region as {{ dbt.type_string() }}) as region,
    cast(municipality as {{ dbt.type_string() }}) as municipality,
    cast(decided_at as timestamp) as decided_at,
    cast(decided_by as {{ dbt.type_string() }}) as decided_by,
    cast(why as {{ dbt.type_string() }}) as why,
    cast(undone_at as timestamp) as undone_at,
    cast(undone_by as {{ dbt.type_string() }}) as undone_by,
    cast(undone_why as {{ dbt.type_string() }}) as undone_why
from {{ source('journal', 'decision') }}
