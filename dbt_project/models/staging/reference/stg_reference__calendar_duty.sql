-- Grain: duty_code.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(duty_code as {{ dbt.type_string() }}) as duty_code,
    cast(kind as {{ dbt.type_string() }}) as kind,
    cast(system_code as {{ dbt.type_string() }}) as system_code,
    cast(who as {{ dbt.type_string() }}) as who,
    cast(population as {{ dbt.type_string() }}) as population,
    cast(period_kind as {{ dbt.type_string() }}) as period_kind,
    cast(period_months as integer) as period_months,
    cast(first_month as integer) as first_month,
    cast(since as date) as since,
    cast(last_day as date) as last_day,
    cast(due_rule as {{ dbt.type_string() }}) as due_rule,
    cast(days_after as integer) as days_after,
    cast(due_month as integer) as due_month,
    cast(due_day_of_month as integer) as due_day_of_month,
    cast(is_bound as boolean) as is_bound,
    cast(document as {{ dbt.type_string() }}) as document,
    cast(note as {{ dbt.type_string() }}) as note
from {{ source('reference', 'calendar_duty') }}
