-- Grain: kind × month: a month of a large kind and the revision of its rows.

select
    cast(kind as {{ dbt.type_string() }}) as kind,
    cast(month as date) as month,
    cast(revision as bigint) as revision
from {{ source('journal', 'partition') }}
