-- Grain: document × number × organisation or territory, active rows only.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

with active as (
    {{ active_rows('milestone') }}
)

select
    {{ provenance() }},
    cast(document as {{ dbt.type_string() }}) as document,
    cast(number as {{ dbt.type_string() }}) as number,
    cast(title as {{ dbt.type_string() }}) as title,
    cast(started_on as date) as started_on,
    cast(due_on as date) as due_on,
    cast(plan_low as decimal(18, 6)) as plan_low,
    cast(plan_high as decimal(18, 6)) as plan_high,
    cast(plan_kind as {{ dbt.type_string() }}) as plan_kind,
    cast(plan_text as {{ dbt.type_string() }}) as plan_text,
    cast(document_type as {{ dbt.type_string() }}) as document_type,
    cast(control_level as {{ dbt.type_string() }}) as control_level,
    cast(state as {{ dbt.type_string() }}) as state,
    {{ level_columns() }}
from active
