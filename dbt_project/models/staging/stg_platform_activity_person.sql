-- Grain: organisation × day × system × person, active rows only.

with active as (
    {{ active_rows('platform_activity_person') }}
)

select
    {{ provenance() }},
    cast(system_code as {{ dbt.type_string() }}) as system_code,
    cast(activity_date as date) as activity_date,
    cast(person_key as {{ dbt.type_string() }}) as person_key,
    cast(role_code as {{ dbt.type_string() }}) as role_code,
    cast(messages as bigint) as messages,
    cast(calls as bigint) as calls,
    cast(call_minutes as decimal(18, 2)) as call_minutes
from active
