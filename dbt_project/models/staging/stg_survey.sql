-- Grain: day × organisation or municipality × survey × question, active rows only.

with active as (
    {{ active_rows('survey') }}
)

select
    {{ provenance() }},
    cast(surveyed_on as date) as surveyed_on,
    cast(survey as {{ dbt.type_string() }}) as survey,
    cast(question as {{ dbt.type_string() }}) as question,
    cast(answered as bigint) as answered,
    cast(coalesce(satisfied, answered * satisfied_share / 100) as decimal(18, 6)) as satisfied,
    cast(satisfied_share as decimal(18, 6)) as satisfied_share,
    {{ level_columns() }}
from active
