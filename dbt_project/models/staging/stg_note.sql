-- Grain: indicator × span of years × level × place × number, active rows only.

with active as (
    {{ active_rows('note') }}
)

select
    {{ provenance() }},
    cast(indicator_code as {{ dbt.type_string() }}) as indicator_code,
    -- A note of one year is a span of it; one without years is of every year.
    cast(year as integer) as first_year,
    cast(coalesce(last_year, year) as integer) as last_year,
    cast(number as {{ dbt.type_string() }}) as number,
    cast(text as {{ dbt.type_string() }}) as note_text,
    cast(document as {{ dbt.type_string() }}) as document,
    {{ level_columns() }}
from active
