-- Grain: indicator × year × level × place × document × clause, active rows only.

with active as (
    {{ active_rows('indicator_plan') }}
)

select
    {{ provenance() }},
    cast(indicator_code as {{ dbt.type_string() }}) as indicator_code,
    cast(year as integer) as year,
    cast(plan_low as decimal(18, 6)) as plan_low,
    cast(plan_high as decimal(18, 6)) as plan_high,
    cast(plan_kind as {{ dbt.type_string() }}) as plan_kind,
    cast(plan_text as {{ dbt.type_string() }}) as plan_text,
    cast(plan_numerator as decimal(18, 6)) as plan_numerator,
    cast(plan_denominator as decimal(18, 6)) as plan_denominator,
    cast(unit as {{ dbt.type_string() }}) as unit,
    coalesce(cast(scope as {{ dbt.type_string() }}), 'territory') as scope,
    cast(document as {{ dbt.type_string() }}) as document,
    cast(document_date as date) as document_date,
    cast(clause as {{ dbt.type_string() }}) as clause,
    cast(level as {{ dbt.type_string() }}) as level,
    cast(territory_key as {{ dbt.type_string() }}) as territory_key,
    cast(region_code as {{ dbt.type_string() }}) as region_code,
    cast(municipality_key as {{ dbt.type_string() }}) as municipality_key,
    cast(region as {{ dbt.type_string() }}) as region,
    cast(municipality as {{ dbt.type_string() }}) as municipality
from active
