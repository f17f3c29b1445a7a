-- Grain: organisation × date, active rows only.

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
