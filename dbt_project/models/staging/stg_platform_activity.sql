-- Grain: system_code × period_start × period_end × role_code × organisation_id, active rows only.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

with active as (
    {{ active_rows('platform_activity') }}
)

select
    {{ provenance() }},
    cast(system_code as {{ dbt.type_string() }}) as system_code,
    cast(period_start as date) as period_start,
    cast(period_end as date) as period_end,
    cast(role_code as {{ dbt.type_string() }}) as role_code,
    cast(active as bigint) as active,
    cast(headcount as bigint) as headcount,
    cast(messages as bigint) as messages,
    cast(calls as bigint) as calls,
    cast(call_minutes as decimal(18, 2)) as call_minutes,
    cast(chats as bigint) as chats
from active
