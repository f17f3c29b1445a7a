-- Grain: object_code × started_on × start_year × organisation_id, active rows only.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

with active as (
    {{ active_rows('infrastructure') }}
)

select
    {{ provenance() }},
    cast(object_code as {{ dbt.type_string() }}) as object_code,
    cast(started_on as date) as started_on,
    cast(start_year as integer) as start_year,
    cast(ended_on as date) as ended_on,
    cast(state as {{ dbt.type_string() }}) as state,
    cast(remark as {{ dbt.type_string() }}) as remark
from active
