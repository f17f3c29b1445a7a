-- Grain: system_code × snapshot_date × service_code × role_code × organisation_id, active rows only.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

with active as (
    {{ active_rows('service_coverage') }}
)

select
    {{ provenance() }},
    cast(system_code as {{ dbt.type_string() }}) as system_code,
    cast(snapshot_date as date) as snapshot_date,
    cast(service_code as {{ dbt.type_string() }}) as service_code,
    cast(role_code as {{ dbt.type_string() }}) as role_code,
    cast(covered as bigint) as covered,
    cast(headcount as bigint) as headcount
from active
