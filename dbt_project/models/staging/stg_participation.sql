-- Grain: event × day or year × organisation or municipality, active rows only.

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
