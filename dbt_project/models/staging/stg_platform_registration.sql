-- Grain: system_code × snapshot_date × role_code × organisation_id, active rows only.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

with active as (
    {{ active_rows('platform_registration') }}
)

select
    {{ provenance() }},
    cast(system_code as {{ dbt.type_string() }}) as system_code,
    cast(snapshot_date as date) as snapshot_date,
    cast(role_code as {{ dbt.type_string() }}) as role_code,
    cast(registered as bigint) as registered,
    cast(headcount as bigint) as headcount,
    cast(confirmed as bigint) as confirmed
from active
