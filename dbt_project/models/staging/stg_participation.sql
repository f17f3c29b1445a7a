-- Grain: event_code × held_on × event_year × organisation or territory, active rows only.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

with active as (
    {{ active_rows('participation') }}
)

select
    {{ provenance() }},
    cast(event_code as {{ dbt.type_string() }}) as event_code,
    cast(held_on as date) as held_on,
    cast(event_year as integer) as event_year,
    cast(participants as bigint) as participants,
    cast(counting_unit as {{ dbt.type_string() }}) as counting_unit,
    cast(classes as {{ dbt.type_string() }}) as classes,
    {{ level_columns() }}
from active
