-- Grain: held_on × event_year × event_code × topic × organisation or territory, active rows only.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

with active as (
    {{ active_rows('methodical_event') }}
)

select
    {{ provenance() }},
    cast(held_on as date) as held_on,
    cast(event_year as integer) as event_year,
    cast(event_code as {{ dbt.type_string() }}) as event_code,
    cast(events as bigint) as events,
    cast(topic as {{ dbt.type_string() }}) as topic,
    cast(participants as bigint) as participants,
    {{ level_columns() }}
from active
