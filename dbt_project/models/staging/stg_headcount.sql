-- Grain: snapshot_date × organisation_id, active rows only.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

with active as (
    {{ active_rows('headcount') }}
)

select
    {{ provenance() }},
    cast(snapshot_date as date) as snapshot_date,
    cast(students as bigint) as students,
    cast(teachers as bigint) as teachers,
    cast(leaders as bigint) as leaders,
    cast(parents as bigint) as parents
from active
