-- Grain: kind.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(kind as {{ dbt.type_string() }}) as kind,
    cast(title as {{ dbt.type_string() }}) as title,
    cast(period_kind as {{ dbt.type_string() }}) as period_kind,
    cast(is_personal as boolean) as is_personal
from {{ source('reference', 'kind') }}
