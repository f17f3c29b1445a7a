-- Grain: duty_code × territory_id.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(duty_code as {{ dbt.type_string() }}) as duty_code,
    cast(territory_id as {{ dbt.type_string() }}) as territory_id
from {{ source('reference', 'calendar_duty_territory') }}
