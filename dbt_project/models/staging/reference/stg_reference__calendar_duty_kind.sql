-- Grain: duty_code × kind.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(duty_code as {{ dbt.type_string() }}) as duty_code,
    cast(kind as {{ dbt.type_string() }}) as kind
from {{ source('reference', 'calendar_duty_kind') }}
