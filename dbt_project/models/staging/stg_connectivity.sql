-- Grain: organisation × date of measurement, active rows only.

with active as (
    {{ active_rows('connectivity') }}
)

select
    {{ provenance() }},
    cast(measured_on as date) as measured_on,
    cast(speed_low as decimal(18, 3)) as speed_low,
    -- An exact value is its own upper bound; a null bound is open.
    cast(
        case when speed_kind = 'exact' then coalesce(speed_high, speed_low) else speed_high end as decimal(18, 3)
    ) as speed_high,
    cast(speed_kind as {{ dbt.type_string() }}) as speed_kind,
    cast(speed_text as {{ dbt.type_string() }}) as speed_text,
    cast(provider as {{ dbt.type_string() }}) as provider,
    cast(connection_type as {{ dbt.type_string() }}) as connection_type,
    cast(has_guaranteed_traffic as boolean) as has_guaranteed_traffic
from active
