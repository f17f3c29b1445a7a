-- Grain: organisation × person × date of hire, active rows only.

with active as (
    {{ active_rows('staff') }}
)

select
    {{ provenance() }},
    cast(person_key as {{ dbt.type_string() }}) as person_key,
    cast(position as {{ dbt.type_string() }}) as position,
    cast(category_code as {{ dbt.type_string() }}) as category_code,
    cast(hired_on as date) as hired_on,
    cast(dismissed_on as date) as dismissed_on,
    coalesce(cast(is_external as boolean), false) as is_external
from active
