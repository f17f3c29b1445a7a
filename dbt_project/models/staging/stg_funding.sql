-- Grain: year × source × plan_or_fact × organisation or territory, active rows only.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

with active as (
    {{ active_rows('funding') }}
)

select
    {{ provenance() }},
    cast(year as integer) as year,
    cast(amount as decimal(18, 2)) as amount,
    cast(unit as {{ dbt.type_string() }}) as unit,
    cast(source as {{ dbt.type_string() }}) as source,
    cast(plan_or_fact as {{ dbt.type_string() }}) as plan_or_fact,
    cast(document as {{ dbt.type_string() }}) as document,
    {{ level_columns() }}
from active
